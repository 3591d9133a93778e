using Cake.Core;
using Slipway.Build.Tasks;
using Slipway.Pipeline;
using YamlDotNet.RepresentationModel;

namespace Slipway.Build;

/// <summary>A target for each LoRA version of the plan: <c>Train-v01</c>, …, shown by <c>--tree</c>.</summary>
internal static class VersionTargets
{
    /// <summary>What the targets' names begin with.</summary>
    public const string Prefix = "Train-";

    /// <summary>A plan that cannot be read gives none; the task that needs it says what is wrong.</summary>
    public static void Register(ICakeEngine engine, BuildContext context)
    {
        foreach (var version in Names(context.PlanFile))
        {
            engine.RegisterTask(Prefix + version)
                .Description($"Trains LoRA version {version}.")
                .IsDependentOn("Tag")
                .Does(() => StageTask.GuardAsync(context, () => context.RunAsync(PipelineStage.Training, [version])));
        }
    }

    /// <summary>The names of the plan's versions; none where it cannot be read.</summary>
    public static IEnumerable<string> Names(string planFile)
    {
        try
        {
            using var reader = new StreamReader(planFile);
            var yaml = new YamlStream();
            yaml.Load(reader);
            return yaml.Documents[0].RootNode is YamlMappingNode root
                && root.Children.TryGetValue("versions", out var versions)
                && versions is YamlMappingNode map
                    ? [.. map.Children.Keys.OfType<YamlScalarNode>().Select(name => name.Value!)]
                    : [];
        }
        catch (Exception exception) when (exception is IOException or YamlDotNet.Core.YamlException or UnauthorizedAccessException or ArgumentException)
        {
            return [];
        }
    }
}
