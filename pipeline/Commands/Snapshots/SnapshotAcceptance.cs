namespace Slipway.Pipeline.Commands.Snapshots;

/// <summary>What was taken over as right.</summary>
/// <param name="Folder">Folder of the accepted snapshots, relative to the workspace.</param>
/// <param name="New">Names that were not there, such as <c>samples/v03/beach_11</c>.</param>
/// <param name="Changed">Names whose content is another now.</param>
/// <param name="Removed">Names that are there no longer.</param>
/// <param name="Kept">How many are as they were.</param>
public sealed record SnapshotAcceptance(string Folder, IReadOnlyList<string> New, IReadOnlyList<string> Changed, IReadOnlyList<string> Removed, int Kept)
{
    /// <summary>For people: how many of each folder, such as that of a version.</summary>
    public IEnumerable<string> Lines() =>
    [
        $"{Folder}: {New.Count} new, {Changed.Count} changed, {Removed.Count} removed, {Kept} as they were",
        .. Of("new", New),
        .. Of("changed", Changed),
        .. Of("removed", Removed),
    ];

    private static IEnumerable<string> Of(string what, IReadOnlyList<string> names) =>
        names.GroupBy(FolderOf, StringComparer.Ordinal).Select(group => group.Count() == 1 ? $"    {what}: {group.First()}" : $"    {what}: {group.Key}, {group.Count()} pictures");

    private static string FolderOf(string name) => name.LastIndexOf('/') is var end and >= 0 ? name[..end] : name;
}
