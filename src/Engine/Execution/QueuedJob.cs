using Slipway.Engine.Jobs;

namespace Slipway.Engine.Execution;

/// <summary>A job that waits for a worker. Each is one of its own, however equal two are.</summary>
/// <param name="run">Its stage on its way.</param>
/// <param name="job">The job.</param>
internal sealed class QueuedJob(StageRun run, KeyedJob job)
{
    public StageRun Run => run;

    public KeyedJob Job => job;

    public StageNode Stage => run.Node;
}
