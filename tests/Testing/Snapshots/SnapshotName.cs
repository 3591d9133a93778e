namespace Slipway.Testing.Snapshots;

/// <summary>Where a snapshot lies: beside the test's source, under Verify's names.</summary>
/// <param name="Folder">The folder of the test's source.</param>
/// <param name="Stem"><c>Type.Method</c>, or <c>Type.Method_case</c>.</param>
/// <param name="Extension"><c>txt</c>, <c>json</c> or <c>png</c>.</param>
public sealed record SnapshotName(string Folder, string Stem, string Extension)
{
    /// <summary>What is right; committed.</summary>
    public string Verified => $"{Stem}.verified.{Extension}";

    /// <summary>What a test made and is not that; not committed.</summary>
    public string Received => $"{Stem}.received.{Extension}";

    /// <summary>Full path of <see cref="Verified"/>.</summary>
    public string VerifiedPath => Path.Combine(Folder, Verified);

    /// <summary>Full path of <see cref="Received"/>.</summary>
    public string ReceivedPath => Path.Combine(Folder, Received);

    /// <summary>For a test of a class that has its file's name.</summary>
    /// <param name="file">The source's path when it was compiled; the checkout may have moved since.</param>
    /// <param name="method">The test.</param>
    /// <param name="case">Which of the test's cases; null where it has one.</param>
    /// <param name="extension">Extension without a dot.</param>
    public static SnapshotName Of(string file, string method, string? @case, string extension)
    {
        var path = file.Replace('\\', '/');
        var below = path[(path.LastIndexOf("/tests/", StringComparison.Ordinal) + 1)..];
        var stem = $"{Path.GetFileNameWithoutExtension(path)}.{method}{(@case is null ? "" : $"_{@case}")}";
        return new SnapshotName(Path.GetDirectoryName(Path.Combine(Repository.Root, below))!, stem, extension);
    }
}
