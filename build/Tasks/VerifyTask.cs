using Cake.Frosting;

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
        {
            context.Progress.Line(problem);
        }

        if (problems.Count > 0)
        {
            throw new InvalidOperationException($"{problems.Count} files are not as they were written; run the target again to have them made anew.");
        }

        context.Progress.Line("Everything is as it was written.");
        return Task.CompletedTask;
    }
}
