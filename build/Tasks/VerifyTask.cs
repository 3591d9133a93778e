using Cake.Frosting;
using Slipway.Build.Context;
using Slipway.Engine.Execution;

namespace Slipway.Build.Tasks;

/// <summary>Hashes the store and all outputs again.</summary>
[TaskName("Verify")]
[TaskDescription("Hashes the store and all outputs again.")]
public sealed class VerifyTask : SlipwayTask
{
    /// <inheritdoc/>
    protected override Task WorkAsync(BuildContext context)
    {
        var problems = context.Pipeline.Verify();
        foreach (var problem in problems)
            context.Progress.Line(problem);

        if (problems.Count > 0)
            throw new DifferenceException($"{problems.Count} {(problems.Count == 1 ? "thing is" : "things are")} not as written; what is missing is made again when its target runs.");

        context.Progress.Line("Everything is as it was written.");
        return Task.CompletedTask;
    }
}
