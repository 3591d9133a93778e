using Cake.Frosting;
using Slipway.Pipeline;

namespace Slipway.Build.Tasks;

/// <summary>A task whose failures decide what the process ends with.</summary>
public abstract class SlipwayTask : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public sealed override Task RunAsync(BuildContext context) => StageTask.GuardAsync(context, () => WorkAsync(context));

    /// <summary>The work.</summary>
    protected abstract Task WorkAsync(BuildContext context);
}

/// <summary>A task that runs a stage of the pipeline.</summary>
/// <param name="stage">The stage.</param>
public abstract class StageTask(PipelineStage stage) : SlipwayTask
{
    /// <inheritdoc/>
    protected override Task WorkAsync(BuildContext context) => context.RunAsync(stage, context.Versions);

    internal static async Task GuardAsync(BuildContext context, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception exception)
        {
            context.Exit.Set(exception);
            throw;
        }
        finally
        {
            context.Progress.Finish();
        }
    }
}
