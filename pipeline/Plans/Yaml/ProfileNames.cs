using Slipway.Engine.Options;

namespace Slipway.Pipeline.Plans.Yaml;

/// <summary>The versions and ensembles that a profile has, by their names alone.</summary>
/// <param name="Profile">Name of the profile.</param>
/// <param name="Versions">Names of its versions, those of the whole file included.</param>
/// <param name="Ensembles">Names of its ensembles, likewise.</param>
public sealed record ProfileNames(string Profile, IReadOnlyList<string> Versions, IReadOnlyList<string> Ensembles)
{
    /// <summary>Reads them from a profile that is laid over the file; what is wrong with it is said by who reads it.</summary>
    internal static ProfileNames Read(string profile, MappingNode merged) => new(profile, Keys(merged, "versions"), Keys(merged, "ensembles"));

    /// <summary>Where a name that the chosen profile lacks is to be found: <c>a version of the profile `b`</c>; null: nowhere.</summary>
    /// <param name="name">The name.</param>
    /// <param name="profiles">All profiles.</param>
    internal static (string Says, IReadOnlyList<string> Profiles)? Find(string name, IReadOnlyList<ProfileNames> profiles)
    {
        List<string> having = [.. profiles.Where(profile => profile.Versions.Contains(name)).Select(profile => profile.Profile)];
        var what = having.Count > 0 ? "a version" : "an ensemble";
        if (having.Count == 0)
            having = [.. profiles.Where(profile => profile.Ensembles.Contains(name)).Select(profile => profile.Profile)];
        return having.Count == 0 ? null : ($"{what} of the profile{(having.Count == 1 ? "" : "s")} {string.Join(", ", having.Select(profile => $"`{profile}`"))}", having);
    }

    /// <summary>What to say to a name that a plan lacks: where it is, else what was meant.</summary>
    /// <param name="name">The name.</param>
    /// <param name="known">Names that would do.</param>
    /// <param name="profiles">All profiles.</param>
    internal static string Hint(string name, IEnumerable<string> known, IReadOnlyList<ProfileNames> profiles) =>
        Find(name, profiles) is { } found ? $"it is {found.Says}." : NearestName.Hint(name, known);

    private static IReadOnlyList<string> Keys(MappingNode merged, string section) => merged[section] is MappingNode names ? [.. names.Entries.Select(entry => entry.Key)] : [];
}
