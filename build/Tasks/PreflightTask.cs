using Cake.Frosting;
using Slipway.Build.Context;

namespace Slipway.Build.Tasks;

/// <summary>Says what the versions are about to learn, and refuses what cannot be.</summary>
[TaskName("Preflight")]
[TaskDescription("Says what would be learned: pictures, captions, tags, steps.")]
public sealed class PreflightTask : SlipwayTask
{
    /// <inheritdoc/>
    protected override Task WorkAsync(BuildContext context)
    {
        var preflight = context.Pipeline.Preflight(context.Versions);
        foreach (var line in preflight.Lines)
            context.Progress.Line(line);

        if (preflight.Problems.Count > 0)
            throw new InvalidDataException(string.Join("\n", preflight.Problems));

        context.Progress.Line($"Nothing is in the way of training {string.Join(", ", context.Versions ?? context.Pipeline.Versions)}.");
        return Task.CompletedTask;
    }
}
