namespace Slipway.EndToEnd.Tests;

/// <summary>The folder that holds the plan: the first one above the test program.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "lora.pipeline.yaml")))
                return folder.FullName;
        }

        throw new FileNotFoundException($"No lora.pipeline.yaml in a folder above '{AppContext.BaseDirectory}'.");
    }
}
