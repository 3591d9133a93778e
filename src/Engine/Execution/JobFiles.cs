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
    public JobJson? TryRead(ContentHash key)
    {
        var job = Read(cache.JobPathOf(key), key, out var damage);
        if (damage is not null)
            cache.Warn($"The job {key} as JSON {damage}; it is written again when the job runs.");
        return job;
    }

    /// <summary>Removes what is damaged.</summary>
    /// <returns>A line about each.</returns>
    public IReadOnlyList<string> RemoveDamaged()
    {
        var found = new List<string>();
        foreach (var key in cache.Jobs().ToList())
        {
            Read(cache.JobPathOf(key), key, out var damage);
            if (damage is null)
                continue;
            Obstacle.SetAside(cache.Root, cache.JobPathOf(key));
            found.Add($"the job {key} as JSON {damage}; it was removed, and is written again when the job runs");
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

    private static JobJson? Read(string path, ContentHash key, out string? damage)
    {
        damage = null;
        var type = FileStatus.TypeAt(path);
        if (type == FileType.Missing)
            return null;
        try
        {
            if (type != FileType.File)
                damage = type == FileType.Link ? "is a link" : FileStatus.Describe(type);
            else if (JobJson.Read(File.ReadAllText(path)) is { Seal: not null } job && job.Key == key.ToString())
                return job;
            else
                damage = "is not what belongs there";
        }
        catch (InvalidDataException)
        {
            damage = "has other bytes than were written";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            damage = $"cannot be read: {e.Message}";
        }

        return null;
    }
}
