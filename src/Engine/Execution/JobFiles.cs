using System.Text;
using Slipway.Engine.Caching;
using Slipway.Engine.Files;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Execution;

/// <summary>The jobs that have run, as JSON by their key, under <c>jobs/</c> in the cache: another process does them again from there.</summary>
/// <param name="cache">The cache.</param>
public sealed class JobFiles(Cache cache)
{
    /// <summary>The job with this key; null where there is none that is as it was written.</summary>
    /// <exception cref="IOException">The system does not give it.</exception>
    public JobJson? TryRead(ContentHash key)
    {
        var path = cache.JobPathOf(key);
        var job = Read(path, key, out var flaw);
        if (flaw is { IsDamage: false })
            throw flaw.Refusal($"The job '{path}' as JSON", "it is written again when the job runs");
        if (flaw is not null)
            cache.Warn($"The job {key} as JSON {flaw.Text}; it is written again when the job runs.");
        return job;
    }

    /// <summary>Removes what is damaged.</summary>
    /// <returns>A line about each; those that the system does not give stay.</returns>
    public IReadOnlyList<string> RemoveDamaged()
    {
        var found = new List<string>();
        foreach (var key in cache.Jobs().ToList())
        {
            Read(cache.JobPathOf(key), key, out var flaw);
            if (flaw is null)
                continue;
            if (flaw.IsDamage)
                Obstacle.SetAside(cache.Root, cache.JobPathOf(key));
            found.Add($"the job {key} as JSON {flaw.Text}; it {(flaw.IsDamage ? "was removed" : "stays where it is")}, and is written again when the job runs");
        }

        return found;
    }

    /// <summary>Keeps a job, whatever lies in its place.</summary>
    internal void Write(ContentHash key, JobJson job)
    {
        var path = cache.JobPathOf(key);
        var text = Encoding.UTF8.GetBytes(job.Sealed().Write());
        Obstacle.Overcome(cache.Root, path, () => AtomicFile.Write(path, text, flush: false));
    }

    private static JobJson? Read(string path, ContentHash key, out Flaw? flaw)
    {
        flaw = null;
        var type = FileStatus.TypeAt(path);
        if (type == FileType.Missing)
            return null;
        try
        {
            if (type != FileType.File)
                flaw = new Flaw(type == FileType.Link ? "is a link" : FileStatus.Describe(type));
            else if (JobJson.Read(File.ReadAllText(path)) is { Seal: not null } job && job.Key == key.ToString())
                return job;
            else
                flaw = new Flaw("is not what belongs there");
        }
        catch (InvalidDataException)
        {
            flaw = new Flaw("has other bytes than were written");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Another process has removed it.
        }
        catch (Exception e) when (Flaw.IsUnreadable(e))
        {
            flaw = Flaw.Unreadable(e);
        }

        return null;
    }
}
