using System.Runtime.CompilerServices;
using Slipway.Engine.Caching;
using Slipway.Engine.Files;
using Slipway.Pipeline.Plans.Sections;
using Slipway.Remote;

namespace Slipway.Pipeline.Runs;

/// <summary>The remote cache that a plan or the environment names. Nothing of HTTP is loaded before it is asked for something.</summary>
internal static class RemoteConnection
{
    /// <summary>How to connect to it; null where none is named.</summary>
    /// <exception cref="ArgumentException">What the environment says of it is wrong.</exception>
    public static Func<Action<string>, IRemoteCache>? Of(CachePlan plan) =>
        plan.Remote is null && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(RemoteSettings.AddressVariable)) ? null : Named(plan);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Func<Action<string>, IRemoteCache> Named(CachePlan plan)
    {
        var settings = RemoteSettings.From(plan.Remote, plan.Writes, Environment.GetEnvironmentVariable, UserPath.Home)!;
        return warn => new HttpRemoteCache(settings, warn);
    }
}
