using Cake.Frosting;
using Slipway.Build.Context;

namespace Slipway.Build.Tasks;

/// <summary>A task whose failures decide what the process ends with.</summary>
public abstract class SlipwayTask : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public sealed override Task RunAsync(BuildContext context) => context.GuardAsync(() => WorkAsync(context));

    /// <summary>The work.</summary>
    protected abstract Task WorkAsync(BuildContext context);
}
