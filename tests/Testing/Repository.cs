namespace Slipway.Testing;

/// <summary>The folder that holds the plan: the first one above the test program.</summary>
public static class Repository
{
    /// <summary>Full path.</summary>
    public static string Root { get; } = Find();

    /// <summary>Copies a folder of the repository with everything below.</summary>
    /// <param name="folder">Relative to the repository.</param>
    /// <param name="workspace">The folder in which the copy gets the same relative path.</param>
    public static void CopyTo(string folder, string workspace) => CopyFolder(Path.Combine(Root, folder), Path.Combine(workspace, folder));

    /// <summary>Copies a folder with everything below.</summary>
    public static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

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
