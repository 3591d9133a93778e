namespace Slipway.Fuzzing.Formats;

/// <summary>All formats of files that people bring.</summary>
public static class AllFormats
{
    /// <summary>By name, in the order of the alphabet.</summary>
    public static IReadOnlyList<Format> List { get; } = [.. Pictures.Formats.Concat(Texts.Formats).Concat(Models.Formats).Concat(Configurations.Formats).Concat(Results.Formats).OrderBy(format => format.Name, StringComparer.Ordinal)];

    /// <summary>The format of a name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Format Of(string name) =>
        List.FirstOrDefault(format => format.Name == name) ?? throw new ArgumentException($"There is no format '{name}'; there are {string.Join(", ", List.Select(format => format.Name))}.");
}
