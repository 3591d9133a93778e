using Cake.Frosting;
using Slipway.Build.Context;
using Slipway.Engine.Files;
using Slipway.Hub;
using Slipway.Pipeline.Commands.Fetching;

namespace Slipway.Build.Tasks;

/// <summary>Brings the models that the plan names onto this machine.</summary>
[TaskName("Fetch")]
[TaskDescription("Fetches the models that the plan names on the Hugging Face Hub.")]
public sealed class FetchTask : SlipwayTask
{
    /// <summary>The options that are read here.</summary>
    internal static IReadOnlyList<string> OptionNames { get; } = [FetchRun.From];

    /// <inheritdoc/>
    protected override async Task WorkAsync(BuildContext context)
    {
        var run = new FetchRun(context.PlanFile, context.Option("profile"), HubSettings.Read(), context.Progress)
        {
            Folders = [.. context.Options(FetchRun.From).Select(folder => Path.GetFullPath(UserPath.Expand(folder), context.Folder))],
            IsLocked = context.IsOn("locked"),
        };
        var (fetched, there) = await run.RunAsync(context.Cancel);
        context.Progress.Line($"{fetched} file{(fetched == 1 ? "" : "s")} fetched, {there} {(there == 1 ? "was" : "were")} there.");
    }
}
