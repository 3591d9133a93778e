using System.Text;
using Slipway.Engine.Caching;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Graph;

namespace Slipway.Pipeline.Commands.Snapshots;

/// <summary>
/// A folder of accepted snapshots, under Verify's names: <c>snapshot.verified.json</c>, <c>evaluation.verified.json</c>,
/// <c>samples/v03/beach_11.verified.png</c>, <c>grids/versions.verified.webp</c>; and what a check received that is not that, as <c>*.received.*</c>.
/// </summary>
/// <param name="root">Full path.</param>
internal sealed class SnapshotFolder(string root)
{
    private const string VerifiedMark = ".verified.";
    private const string ReceivedMark = ".received.";
    private const string IgnoreName = ".gitignore";

    /// <summary>What is accepted, and what it is made of.</summary>
    public const string ManifestName = "snapshot.verified.json";

    /// <summary>The accepted figures.</summary>
    public const string EvaluationName = PlanReport.AcceptedFigures;

    /// <summary>Full path.</summary>
    public string Root => root;

    /// <summary>Full path of a file in it.</summary>
    public string this[string relative] => Path.Combine(root, relative);

    /// <summary>What a picture is kept as.</summary>
    public static string Verified(string name, string extension) => $"{name}{VerifiedMark}{extension}";

    /// <summary>What a picture that is not as accepted is written as.</summary>
    public static string Received(string name, string extension) => $"{name}{ReceivedMark}{extension}";

    /// <summary>Hash of a text of which git may have changed the line ends.</summary>
    public static string HashOf(string text) => ContentHash.Of(text.ReplaceLineEndings("\n")).ToString();

    /// <summary>Reads the manifest; null where nothing has been accepted.</summary>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    public SnapshotManifest? Manifest() => File.Exists(this[ManifestName]) ? SnapshotManifest.Parse(File.ReadAllText(this[ManifestName])) : null;

    /// <summary>Text of the accepted figures; null where they are missing or not as they were accepted.</summary>
    public string? Evaluation(SnapshotManifest manifest) =>
        File.Exists(this[EvaluationName]) && File.ReadAllText(this[EvaluationName]) is var text && HashOf(text) == manifest.Evaluation ? text : null;

    /// <summary>What is wrong with an accepted picture's file; null where nothing is.</summary>
    public string? Problem(SnapshotPicture picture) =>
        !IsInside(picture.File) ? "lies outside of the folder"
        : !File.Exists(this[picture.File]) ? "is missing"
        : ContentHash.Of(File.ReadAllBytes(this[picture.File])).ToString() != picture.Hash ? "is not as it was accepted"
        : null;

    /// <summary>An accepted picture, at the size at which it is kept.</summary>
    public Picture Load(SnapshotPicture picture) => Picture.Load(this[picture.File]);

    /// <summary>Files that are accepted ones by their names, relative to the folder.</summary>
    public IReadOnlyList<string> VerifiedFiles() => Marked(VerifiedMark);

    /// <summary>Removes what earlier checks received.</summary>
    public void RemoveReceived() => Remove(Marked(ReceivedMark));

    /// <summary>Removes files, and folders that hold nothing then.</summary>
    public void Remove(IReadOnlyList<string> files)
    {
        foreach (var file in files)
        {
            File.Delete(this[file]);
            for (var folder = Path.GetDirectoryName(this[file])!; folder.Length > root.Length && Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any(); folder = Path.GetDirectoryName(folder)!)
                Directory.Delete(folder);
        }
    }

    /// <summary>Has git ignore what is received, where nobody has said anything to it here.</summary>
    public void IgnoreReceived()
    {
        if (!File.Exists(this[IgnoreName]))
            Engine.Files.AtomicFile.Write(this[IgnoreName], Encoding.ASCII.GetBytes($"*{ReceivedMark}*\n"));
    }

    private List<string> Marked(string mark) => Directory.Exists(root)
        ? [.. Folders(root).SelectMany(folder => Directory.GetFiles(folder, $"*{mark}*")).Select(file => Path.GetRelativePath(root, file).Replace(Path.DirectorySeparatorChar, '/')).Order(StringComparer.Ordinal)]
        : [];

    // A folder below with a manifest of its own belongs to another profile or plan.
    private static IEnumerable<string> Folders(string folder) =>
        Directory.GetDirectories(folder).Where(below => !File.Exists(Path.Combine(below, ManifestName))).SelectMany(Folders).Prepend(folder);

    private static bool IsInside(string file) => !Path.IsPathRooted(file) && !file.Split('/', '\\').Contains("..");
}
