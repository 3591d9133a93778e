using Slipway.Engine.Jobs;
using Slipway.Pipeline.Commands.Preflights;
using Slipway.Pipeline.Drawing;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Sections;

namespace Slipway.Pipeline.Runs;

/// <summary>What is looked at before a stage does work here: its device, and before the first training all that is to be trained.</summary>
/// <param name="plan">Names the device.</param>
/// <param name="facts">Of this machine.</param>
/// <param name="card">Remembers them for machines that have no card.</param>
/// <param name="look">Looks at versions, or at all of them.</param>
internal sealed class BeforeWork(Plan plan, EnvironmentFacts facts, RememberedCard card, Func<IReadOnlyList<string>?, Preflight> look)
{
    private readonly Lock _gate = new();
    private Task? _preflight;

    /// <summary>The versions that are asked for; null: all.</summary>
    public IReadOnlyList<string>? Asked { get; set; }

    /// <summary>Memory that trainings need, in bytes, by version; empty until the first one was about to run.</summary>
    public IReadOnlyDictionary<string, long> Needed { get; private set; } = new Dictionary<string, long>(StringComparer.Ordinal);

    /// <summary>Only what runs needs its device; and what it needs of the machine is then this one's.</summary>
    /// <exception cref="InvalidDataException">Something is in the way of a training: all of it, a line each.</exception>
    public Task LookAsync(StageNode stage, CancellationToken cancel) =>
        plan.Executor == ExecutorName.Local && stage.Jobs.Any(node => node.Job.Environment.Contains(EnvironmentGroups.Cuda)) ? Task.Run(() => OnCardAsync(stage, cancel), cancel) : TrainingAsync(stage, cancel);

    private Task OnCardAsync(StageNode stage, CancellationToken cancel)
    {
        ModelLoader.RequireDevice(plan.Device);
        card.Keep(facts);
        return TrainingAsync(stage, cancel);
    }

    // Once, when the first training has to run: what is wrong with the last version shows before hours go into the first.
    private Task TrainingAsync(StageNode stage, CancellationToken cancel)
    {
        if (stage.Name != "Train")
            return Task.CompletedTask;
        lock (_gate)
            return _preflight ??= Task.Run(() => RequireTrainable(Asked is null || !Asked.Contains(stage.Version!) ? null : Asked), cancel);
    }

    private void RequireTrainable(IReadOnlyList<string>? versions)
    {
        var preflight = look(versions);
        if (preflight.Problems.Count > 0)
            throw new InvalidDataException(string.Join("\n", preflight.Problems));
        Needed = preflight.Memory;
    }
}
