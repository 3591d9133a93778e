using Slipway.Engine.Caching;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Execution;

/// <summary>Makes the keys of jobs from their records and from what their inputs are by now.</summary>
/// <param name="inputs">Finds inputs.</param>
/// <param name="facts">Of the environment in which this process does jobs.</param>
/// <param name="salt">The user's addition to every key.</param>
/// <param name="executor">Has some jobs done elsewhere, where other facts hold; null: nobody has.</param>
internal sealed class JobKeys(Inputs inputs, EnvironmentFacts facts, string salt, IExecutor? executor)
{
    private readonly JobFingerprint _here = new(inputs.Find, facts, salt);
    private readonly Dictionary<EnvironmentFacts, JobFingerprint> _elsewhere = [];

    /// <summary>The jobs of a stage with their keys.</summary>
    public IReadOnlyList<KeyedJob> Of(StageNode stage) => [.. stage.Jobs.Select(Of)];

    /// <summary>A job with its key.</summary>
    public KeyedJob Of(JobNode job)
    {
        inputs.LookAt(job.Inputs);
        return new KeyedJob(job, () => inputs.Find(job.Inputs), Entries(job));
    }

    // What stops at the first input that cannot be read names them all.
    private IReadOnlyList<FingerprintEntry> Entries(JobNode job)
    {
        try
        {
            return FingerprintOf(job).Entries(job.Job);
        }
        catch (IOException)
        {
            _ = inputs.Find(job.Inputs);
            throw;
        }
    }

    private JobFingerprint FingerprintOf(JobNode job)
    {
        if (executor?.Takes(job) != true)
            return _here;
        var there = executor.FactsOf(job);
        if (!_elsewhere.TryGetValue(there, out var known))
            _elsewhere.Add(there, known = new JobFingerprint(inputs.Find, there, salt));
        return known;
    }
}
