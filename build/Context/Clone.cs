namespace Slipway.Build.Context;

/// <summary>The clone that this program was built in, wherever it was called.</summary>
internal static class Clone
{
    /// <summary>The solution, in its top folder.</summary>
    public const string Solution = "Slipway.slnx";

    /// <summary>Full path of its top folder.</summary>
    /// <exception cref="InvalidOperationException">The program lies in none.</exception>
    public static string Folder
    {
        get
        {
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, Solution)))
                    return folder.FullName;
            }

            throw new InvalidOperationException($"There is no {Solution} above '{AppContext.BaseDirectory}': this belongs to a clone, whose build.sh starts it.");
        }
    }
}
