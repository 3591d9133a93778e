namespace Slipway.Pipeline.Commands.Snapshots;

/// <summary>What was taken over as right.</summary>
/// <param name="Folder">Folder of the accepted snapshots, relative to the workspace.</param>
/// <param name="New">Names that were not there, such as <c>samples/v03/beach_11</c>.</param>
/// <param name="Changed">Names whose content is another now.</param>
/// <param name="Removed">Names that are there no longer.</param>
/// <param name="Kept">How many are as they were.</param>
public sealed record SnapshotAcceptance(string Folder, IReadOnlyList<string> New, IReadOnlyList<string> Changed, IReadOnlyList<string> Removed, int Kept);
