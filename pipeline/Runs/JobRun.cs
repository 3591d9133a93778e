using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;
using Slipway.Pipeline.Graph;
using Slipway.Pipeline.Jobs;

namespace Slipway.Pipeline.Runs;

/// <summary>Does one job without its plan: another process, with the job's JSON, its inputs and the store, makes the same bytes.</summary>
public static class JobRun
{
    /// <param name="workspace">Full path of the folder in which the inputs and the store are.</param>
    /// <param name="key">The job's key; null where its JSON is given.</param>
    /// <param name="jsonFile">Full path of its JSON; null: the cache's, by its key.</param>
    /// <param name="progress">Hears how far the work is.</param>
    /// <param name="cancel">Stops cleanly between items and training steps.</param>
    /// <returns>The files that it gave, relative to the workspace.</returns>
    /// <exception cref="ArgumentException">The key is none.</exception>
    /// <exception cref="InvalidDataException">The JSON is no job's, or the job has another key here.</exception>
    /// <exception cref="FileNotFoundException">There is no such job, or one of its inputs is missing.</exception>
    public static async Task<IReadOnlyList<string>> RunAsync(string workspace, string? key, string? jsonFile, IProgressSink progress, CancellationToken cancel)
    {
        var hash = default(ContentHash);
        if (key is not null && !ContentHash.TryParse(key, out hash))
            throw new ArgumentException($"--key is '{key}'; expected the 64 hexadecimal digits of a job's key.");
        using var cache = SharedCache.Open(workspace, progress.Warn);
        if (Directory.Exists(jsonFile))
            throw new ArgumentException($"--from is '{jsonFile}', which is a folder; name a job's JSON file.");
        if (jsonFile is not null && !File.Exists(jsonFile))
            throw new FileNotFoundException($"--from is '{jsonFile}', which does not exist; name a job's JSON file, as the cache keeps them in {Cache.FolderName}/jobs.", jsonFile);
        var json = jsonFile is null ? LooseJob.Find(cache, hash) : await ReadAsync(jsonFile, cancel);
        var files = await new LooseJob(cache, Facts.Read(), new RunLog(progress)).RunAsync(json, JobKinds.All, cancel);
        return [.. files.Select(file => file.RelativePath)];
    }

    private static async Task<JobJson> ReadAsync(string file, CancellationToken cancel)
    {
        try
        {
            return JobJson.Read(await File.ReadAllTextAsync(file, cancel));
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"{file}: {exception.Message}", exception);
        }
    }
}
