using System.Diagnostics;
using Slipway.Engine.Caching;
using Slipway.Engine.Files;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Execution;

/// <summary>Runs one job and stores what it gives.</summary>
/// <param name="cache">Takes the results.</param>
/// <param name="facts">Of the environment.</param>
/// <param name="salt">The user's addition to every key; empty for none.</param>
/// <param name="log">Hears what the job says.</param>
/// <param name="hasher">Looks at the inputs after the job has run; null: the cache's.</param>
/// <param name="room">Full path of the folder that a job works in; null: one by its key in that of its stage.</param>
internal sealed class JobExecution(Cache cache, EnvironmentFacts facts, string salt, IProgressSink log, FileHasher? hasher = null, Func<KeyedJob, string>? room = null)
{
    private readonly Cache _cache = cache;
    private readonly JobOutputs _outputs = new(cache);

    /// <summary>Does the work, in a folder of its own.</summary>
    /// <returns>What is to be stored: call <see cref="Done.Store"/>, on any thread, when the worker goes on.</returns>
    public Done Run(KeyedJob job, LiveObject live, CancellationToken cancellation)
    {
        var folders = new JobFolders(
            room is null ? Path.Combine(_cache.WorkFolderOf(job.Node.Stage), job.Key.ToString()) : room(job),
            _cache.CheckpointFolderOf(job.Key),
            _cache.Kept);
        DeleteFolder(folders.Work);
        Obstacle.MakeFolder(_cache.Root, folders.Work);
        Obstacle.MakeFolder(_cache.Root, folders.Checkpoints);
        Keep(job);
        try
        {
            var clock = Stopwatch.StartNew();
            job.Node.Job.Run(new JobIo(job.Node, job.Fingerprint!, job.Inputs, facts, folders, live, log, cancellation));
            CheckInputs(job);
            return new Done(this, job, folders, clock.Elapsed);
        }
        catch
        {
            DeleteFolder(folders.Work);
            throw;
        }
    }

    // So that another process can do it, here or elsewhere.
    private void Keep(KeyedJob job) => new JobFiles(_cache).Write(job.Key, JobJson.From(job.Node, job.Key, job.Inputs, salt, job.Entries));

    private void CheckInputs(KeyedJob job)
    {
        foreach (var input in job.Inputs.Values)
        {
            if ((hasher ?? _cache.Hasher).TryHash(input.Source) != input.Hash)
                throw new InputChangedException(job.Node.Stage, input.Source);
        }
    }

    private static void DeleteFolder(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }

    /// <summary>A job that has run and is not yet stored.</summary>
    internal sealed class Done(JobExecution execution, KeyedJob job, JobFolders folders, TimeSpan duration)
    {
        /// <summary>Puts the outputs into the store and the record after them; then the checkpoints go.</summary>
        public IReadOnlyList<ActionOutput> Store()
        {
            try
            {
                var stored = execution._outputs.Store(job.Node, folders);
                execution._cache.Actions.Put(job.Key, new ActionResult(job.Node.Stage, job.Node.Label, job.Fingerprint!.Entries, stored, duration));
                DeleteFolder(folders.Checkpoints);
                return stored;
            }
            finally
            {
                DeleteFolder(folders.Work);
            }
        }
    }
}
