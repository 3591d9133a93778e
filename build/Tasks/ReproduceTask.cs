using Cake.Frosting;
using Slipway.Build.Context;
using Slipway.Engine.Execution;

namespace Slipway.Build.Tasks;

/// <summary>Trains again without the cache and compares the bytes.</summary>
[TaskName("Reproduce")]
[TaskDescription("Trains again without the cache and compares the bytes.")]
public sealed class ReproduceTask : SlipwayTask
{
    /// <inheritdoc/>
    protected override async Task WorkAsync(BuildContext context)
    {
        foreach (var version in context.Versions ?? context.Pipeline.Versions)
        {
            var different = await context.Pipeline.ReproduceAsync(version, context.Cancel);
            context.Progress.Line(different is null ? $"{version}: the same bytes" : $"{version}: other bytes in {different}");
            if (different is not null)
                throw new DifferenceException($"Training {version} again gave other bytes in {different}.");
        }
    }
}
