using System.Runtime.CompilerServices;
using Slipway.Engine.Caching;
using Slipway.Engine.Files;
using Slipway.Pipeline.Plans.Sections;
using Slipway.Remote;

namespace Slipway.Pipeline.Runs;

/// <summary>
/// The cache of a workspace, with the folder and the remote cache that a plan or the environment names. Nothing of HTTP is loaded before something is asked
/// for there.
/// </summary>
internal static class SharedCache
{
    /// <summary>The folder that workspaces share; it comes before the plan's.</summary>
    private const string FolderVariable = "SLIPWAY_CACHE";

    /// <summary>Beside the workspace's own cache: the folder that its runs share, for what runs without the plan.</summary>
    private const string Remembered = "store";

    /// <summary>Opens the cache of a plan.</summary>
    /// <param name="workspace">Full path of its folder.</param>
    /// <param name="warn">Takes a line about each damaged or odd thing that is met.</param>
    /// <param name="stem">Name of the plan's file without extension.</param>
    /// <param name="plan">What it says of the cache.</param>
    /// <exception cref="ArgumentException">What the environment or the plan says of it cannot be used.</exception>
    public static Cache Open(string workspace, Action<string> warn, string stem, CachePlan plan)
    {
        var folder = Named ?? (plan.Folder is { } written ? Path.GetFullPath(written, workspace) : null);
        Remember(workspace, folder);
        return New(workspace, warn, stem, folder, plan);
    }

    /// <summary>Opens the cache of a workspace for what needs no plan, such as one job on another machine.</summary>
    /// <inheritdoc cref="Open(string, Action{string}, string, CachePlan)"/>
    public static Cache Open(string workspace, Action<string> warn, string stem = Cache.DefaultPlan)
    {
        var file = Path.Combine(workspace, Cache.FolderName, Remembered);
        return New(workspace, warn, stem, Named ?? (File.Exists(file) ? File.ReadAllText(file) : null), new CachePlan());
    }

    private static string? Named => Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } named ? Path.GetFullPath(UserPath.Expand(named)) : null;

    private static Cache New(string workspace, Action<string> warn, string stem, string? folder, CachePlan plan)
    {
        try
        {
            if (folder is not null)
                Directory.CreateDirectory(folder);
            var remote = Remote(plan);
            return new Cache(workspace, warn, stem, folder) { ConnectRemote = remote?.Connect, GivesTo = remote?.GivesTo };
        }
        catch (Exception exception) when (folder is not null && exception is IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"The shared cache '{folder}' cannot be used: {exception.Message} See that it is there and that you may write in it, or name another (`cache.folder`, {FolderVariable}).", exception);
        }
    }

    private static void Remember(string workspace, string? folder)
    {
        var file = Path.Combine(workspace, Cache.FolderName, Remembered);
        var isThere = File.Exists(file);
        if (folder is null && isThere)
            File.Delete(file);
        else if (folder is not null && !(isThere && File.ReadAllText(file) == folder))
            AtomicFile.Write(file, System.Text.Encoding.UTF8.GetBytes(folder));
    }

    private static RemotePlace? Remote(CachePlan plan) =>
        plan.Remote is null && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(RemoteSettings.AddressVariable)) ? null : Connection(plan);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static RemotePlace Connection(CachePlan plan)
    {
        var settings = RemoteSettings.From(plan.Remote, plan.Writes, Environment.GetEnvironmentVariable, UserPath.Home)!;
        return new(warn => new HttpRemoteCache(settings, warn), settings.Writes ? settings.Name : null);
    }

    /// <param name="Connect">Connects to it.</param>
    /// <param name="GivesTo">Its name, where results are given to it.</param>
    private sealed record RemotePlace(Func<Action<string>, IRemoteCache> Connect, string? GivesTo);
}
