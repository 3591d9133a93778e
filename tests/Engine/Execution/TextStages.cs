using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Tests.Execution;

/// <summary>Stages whose jobs write one text each, and meet, fail and wait as a test wants.</summary>
internal static class TextStages
{
    /// <summary>Longer than anything takes: who waits so long waits for what does not come.</summary>
    public static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    public static (string Label, TextJob Job) Job(this Yard yard, string label, Action<JobIo>? work = null, params Input[] inputs) =>
        (label, new TextJob(label, inputs) { Yard = yard, Work = work ?? (_ => { }) });

    public static StageNode Stage(string name, params (string Label, TextJob Job)[] jobs) =>
        new(name, null, [.. jobs.Select(job => new JobNode(name, job.Label, job.Job, [$"out/{name}/{job.Label}.txt"]))]);

    public static JobGraph Graph(params StageNode[] stages) => new(stages);

    /// <summary>Runs stages of which none begins before the first jobs of all wait for a worker: until then others hold the workers.</summary>
    public static Task<IReadOnlyList<StageOutcome>> RunBehindGateAsync(this Yard yard, params StageNode[] stages) => yard.RunBehindGateAsync(options => options, stages);

    /// <summary>The same with other options.</summary>
    public static async Task<IReadOnlyList<StageOutcome>> RunBehindGateAsync(this Yard yard, Func<RunOptions, RunOptions> with, params StageNode[] stages)
    {
        var ready = 1 + stages.Count(stage => stage.Jobs.All(job => ((TextJob)job.Job).Inputs.Count == 0));
        var isOpen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = 0;
        void Hold(JobIo io)
        {
            if (Interlocked.Increment(ref held) == yard.Jobs)
                isOpen.SetResult();
            Assert.True(SpinWait.SpinUntil(() => yard.Log.Lines.Count(line => line.EndsWith("0 reused", StringComparison.Ordinal)) >= ready, Long));
        }

        var gate = Stage("Gate", [.. Enumerable.Range(1, yard.Jobs).Select(i => yard.Job($"gate {i}", Hold))]) with { Weight = 1000 };
        return await yard.RunAsync(Graph([.. stages, gate]), options => with(options) with { Before = (stage, _) => stage.Label == "Gate" ? Task.CompletedTask : isOpen.Task });
    }
}
