using Slipway.Engine.Caching;

namespace Slipway.Slurm;

/// <summary>All that this workspace has given to Slurm, under <c>slurm/</c> in the cache.</summary>
/// <param name="root">Full path of the cache.</param>
internal sealed class Submissions(string root)
{
    private const string Prefix = "slipway";
    private static readonly TimeSpan Age = TimeSpan.FromDays(14);

    /// <summary>Full path of the folder.</summary>
    public string Folder { get; } = Path.Combine(root, "slurm");

    /// <summary>A new one.</summary>
    public Submission New() => new(Path.Combine(Folder, $"{Guid.NewGuid():N}"));

    /// <summary>By what the queue has it: another workspace's is another's.</summary>
    public string CommentOf(Submission submission) => $"{Prefix}:{Scope}:{submission.Name}";

    /// <summary>The submission of a task; null where it is not of this workspace.</summary>
    public Submission? Of(QueueTask task) =>
        task.Comment.Split(':') is [Prefix, var scope, var name] && scope == Scope && Guid.TryParseExact(name, "N", out _) ? new Submission(Path.Combine(Folder, name)) : null;

    /// <summary>Removes those that nobody asks about any more.</summary>
    /// <param name="alive">Names of those that Slurm has.</param>
    public void RemoveOld(IReadOnlySet<string> alive)
    {
        var folders = Directory.Exists(Folder) ? Directory.GetDirectories(Folder) : [];
        foreach (var folder in folders.Where(folder => Guid.TryParseExact(Path.GetFileName(folder), "N", out _) && !alive.Contains(Path.GetFileName(folder)) && Directory.GetLastWriteTimeUtc(folder) < DateTime.UtcNow - Age))
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The next run removes it.
            }
        }
    }

    private string Scope { get; } = ContentHash.Of(Path.GetFullPath(root)).ToString()[..16];
}
