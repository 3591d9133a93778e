using Slipway.Engine.Caching;
using Slipway.Hub;
using Slipway.Pipeline.Plans.Sections;

namespace Slipway.Pipeline.Plans;

/// <summary>
/// Where files of the hub lie on this machine: in the hub's own cache, or, found by what is in them, elsewhere; then a link in <c>.slipway/hub/</c> leads to them. Nothing
/// here asks the network.
/// </summary>
/// <param name="cache">The hub's cache.</param>
/// <param name="workspace">Full path of the plan's folder.</param>
/// <param name="locked">What the lock file says of a file by its source.</param>
internal sealed class HubPlaces(HubCache cache, string workspace, Func<string, LockedFile?> locked)
{
    private const int NameLength = 16;

    /// <summary>The file with what is known of its bytes, from the plan, else from the lock file: a branch or tag stands for the commit that was fetched.</summary>
    public WantedFile Known(WantedFile wanted) => wanted.Hash is null && locked(wanted.File.ToString()) is { } known
        ? new WantedFile(wanted.File with { Revision = known.Commit }, known.Hash, known.Size)
        : wanted;

    /// <summary>Full path of a file; null where it is not there.</summary>
    public string? Find(WantedFile wanted)
    {
        var known = Known(wanted).File;
        return cache.Find(known) ?? (LinkOf(known) is var link && File.Exists(link) ? link : null);
    }

    /// <summary>Full path of what an entry stands for: its file, or the folder of its files; null where some are not there.</summary>
    public string? Find(HubPlan entry)
    {
        var found = entry.Wanted.Select(Find).ToList();
        if (found.Contains(null))
            return null;
        if (entry.File is not null)
            return found[0];
        // They lie in one folder, or have links in one.
        var known = Known(entry.Wanted[0]).File;
        return new[] { cache.Snapshot(known.Repository, known.Revision), FolderOf(known) }.FirstOrDefault(folder => folder is not null && entry.Files.All(file => File.Exists(Path.Combine(folder, file))));
    }

    /// <summary>The commit of a file that is there.</summary>
    public string CommitOf(HubFile file) => file.IsCommit ? file.Revision : Path.GetFileName(cache.Snapshot(file.Repository, file.Revision))!;

    /// <summary>Where the link to a file lies that is elsewhere.</summary>
    public string LinkOf(HubFile file) => Path.Combine(FolderOf(file), file.Path);

    /// <summary>The folder that <see cref="ClipVocabulary"/> is read from; null where it is not there.</summary>
    public string? Vocabulary()
    {
        // The folder itself: above it may lie what belongs to another model.
        var folders = ClipVocabulary.Files.Select(Find).Select(Path.GetDirectoryName).Distinct(StringComparer.Ordinal).ToList();
        return folders is [{ } folder] ? folder : null;
    }

    /// <summary>What is said of a file that has other bytes than are written down for it.</summary>
    /// <param name="path">Where it lies.</param>
    /// <param name="wanted">Which it should be.</param>
    /// <param name="found">SHA-256 of its bytes.</param>
    /// <param name="again">How it is brought once more.</param>
    public static string OtherBytes(string path, WantedFile wanted, ContentHash found, string again) =>
        $"{path} is not {wanted.File}: expected sha256 {wanted.Hash}, found {found}. Remove it and {again}; where it is right, write its hash into the plan, or take its lines out of the lock file.";

    private string FolderOf(HubFile file) => Path.Combine(workspace, Cache.FolderName, HubPlan.Key, ContentHash.Of($"{file.Repository}@{file.Revision}").ToString()[..NameLength]);
}
