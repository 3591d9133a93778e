namespace Slipway.Build.Context;

/// <summary>The clone that this program was built in, or the folder that it was packed into, wherever it was called.</summary>
internal static class Clone
{
    /// <summary>The solution, in a clone's top folder.</summary>
    public const string Solution = "Slipway.slnx";

    /// <summary>What lies in the top folder of either: the schema of plans.</summary>
    private static readonly string Schema = Path.Combine("docs", "lora.pipeline.schema.json");

    /// <summary>Full path of its top folder.</summary>
    /// <exception cref="InvalidOperationException">The program lies in none.</exception>
    public static string Folder
    {
        get
        {
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, Schema)))
                    return folder.FullName;
            }

            throw new InvalidOperationException($"There is no {Schema} above '{AppContext.BaseDirectory}': this belongs to a clone or a packed folder, whose build.sh starts it.");
        }
    }

    /// <summary>The same, where there are sources.</summary>
    /// <param name="target">The target that needs them.</param>
    /// <exception cref="ArgumentException">The program was packed without them.</exception>
    public static string OfSources(string target) => File.Exists(Path.Combine(Folder, Solution))
        ? Folder
        : throw new ArgumentException($"--target={target} needs Slipway's sources: call the build.sh of a clone.");
}
