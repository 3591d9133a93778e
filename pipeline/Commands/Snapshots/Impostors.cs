namespace Slipway.Pipeline.Commands.Snapshots;

/// <summary>Knows accepted pictures again where they stand in the place of others: a swapped version, another seed, another prompt.</summary>
/// <param name="manifest">What was accepted.</param>
internal sealed class Impostors(SnapshotManifest manifest)
{
    private readonly ILookup<string, SnapshotPicture> _accepted = manifest.Pictures.Where(picture => !picture.IsGrid).ToLookup(picture => picture.Pixels, StringComparer.Ordinal);

    /// <summary>What a version's pictures show instead; null where most of them are none of the accepted ones.</summary>
    /// <param name="pictures">Those of one version that are not as accepted.</param>
    public string? Explain(IReadOnlyList<DifferentPicture> pictures)
    {
        var known = pictures.SelectMany(picture => _accepted[picture.Pixels].Select(shown => Difference(picture.Accepted, shown)).Distinct(StringComparer.Ordinal)).GroupBy(text => text, StringComparer.Ordinal)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).FirstOrDefault();
        return known is null || known.Count() * 2 <= pictures.Count ? null : $"{known.Count()} of {pictures.Count} pictures show what was accepted of {known.Key}";
    }

    private static string Difference(SnapshotPicture place, SnapshotPicture shown) =>
        place.Version != shown.Version ? $"{shown.Version}"
        : place.Seed != shown.Seed ? "another seed"
        : "another prompt";
}
