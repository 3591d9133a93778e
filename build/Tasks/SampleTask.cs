using Cake.Frosting;
using Slipway.Build.Context;
using Slipway.Pipeline.Commands.Sampling;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Runs;

namespace Slipway.Build.Tasks;

/// <summary>Draws pictures from a prompt, outside the plan.</summary>
[TaskName("Sample")]
[TaskDescription("Draws pictures from --prompt, with any model and LoRAs.")]
public sealed class SampleTask : SlipwayTask
{
    /// <inheritdoc/>
    protected override async Task WorkAsync(BuildContext context)
    {
        var request = SampleRequest.Read(context.Options);
        var (profile, device) = (context.Option("profile"), context.Option("device"));
        var usesPlan = request.Model is null || profile is not null || context.Option("config") is not null;
        var plan = usesPlan ? LocatedPlan.Load(context.PlanFile, profile, Overrides(device)) : null;
        var paths = request.IsGrid
            ? await new SampleGridRun(context.Folder, context.Root, request, plan, device).RunAsync(context.Progress, context.Cancel)
            : await Task.Run(() => SampleRun.Run(context.Folder, context.Root, request, plan, device, context.Progress, context.Cancel), context.Cancel);
        foreach (var path in paths)
            context.Progress.Line(Path.GetRelativePath(context.Folder, path));
    }

    private static Dictionary<string, string> Overrides(string? device) =>
        device is null ? new(StringComparer.Ordinal) : new(StringComparer.Ordinal) { ["device"] = device };
}
