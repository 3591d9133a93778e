using Slipway.Engine.Caching;
using Slipway.Pipeline.Sampling;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Stages;

/// <summary>The LoRA files that a training starts from, as inputs of its stage.</summary>
/// <param name="context">Knows the workspace, which the plan's paths are relative to.</param>
internal sealed class StartingWeights(StageContext context)
{
    /// <summary>Contents by role; multipliers are parameters.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public IEnumerable<FingerprintEntry> Entries(StartOptions start) =>
    [
        .. start.NetworkWeights is { } path ? new[] { context.File("network_weights", path) } : [],
        .. BaseEntries(start),
    ];

    /// <summary>The contents of <c>base_weights</c> by role.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public IEnumerable<FingerprintEntry> BaseEntries(StartOptions start) => start.BaseWeights.Select((file, i) => context.File($"base_weights/{i}", file.Path));

    /// <summary><c>base_weights</c> as pictures use them: what learned on top of them is drawn on top of them.</summary>
    public IEnumerable<LoraUse> BaseUses(StartOptions start) =>
        start.BaseWeights.Select(file => new LoraUse(new LoraTag(Path.GetFileNameWithoutExtension(file.Path), file.Multiplier), context.PathOf(file.Path)));

    /// <summary>The same training with full paths.</summary>
    public TrainingOptions Resolve(TrainingOptions training)
    {
        var start = training.Network.Start;
        return training with
        {
            Network = training.Network with
            {
                Start = start with
                {
                    NetworkWeights = start.NetworkWeights is null ? null : context.PathOf(start.NetworkWeights),
                    BaseWeights = [.. start.BaseWeights.Select(file => file with { Path = context.PathOf(file.Path) })],
                },
            },
        };
    }
}
