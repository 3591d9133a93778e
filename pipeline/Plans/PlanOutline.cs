using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans;

/// <summary>What can be said of a plan that may be wrong: the names that targets are called after, and where its outputs lie.</summary>
public static class PlanOutline
{
    private static readonly string[] Sections = ["versions", "ensembles"];

    /// <summary>
    /// The versions and ensembles of all profiles, each once, in the order of the file; none where it is no plan. What is wrong with it
    /// is said by the work that needs it.
    /// </summary>
    /// <param name="planFile">The plan.</param>
    public static IReadOnlyList<string> Trained(string planFile)
    {
        if (Read(planFile) is not { } plan)
            return [];
        var profiles = plan["profiles"] is MappingNode all ? all.Entries.Select(profile => profile.Value).OfType<MappingNode>() : [];
        return
        [
            .. from section in Sections
               from part in profiles.Prepend(plan)
               from name in part[section] is MappingNode names ? names.Entries.Select(entry => entry.Key) : []
               where PlanNames.IsValid(name)
               group name by name.ToUpperInvariant() into alike
               select alike.First(),
        ];
    }

    /// <summary>Folder of the plan's outputs, relative to the plan's: what it says, else where those of a plan of its name go.</summary>
    /// <param name="planFile">The plan.</param>
    /// <param name="profile">The profile; null: the plan's default.</param>
    public static string Artifacts(string planFile, string? profile)
    {
        var plan = Read(planFile);
        var chosen = (profile ?? (plan?["default_profile"] as ScalarNode)?.Text) is { } name && plan?["profiles"] is MappingNode profiles ? profiles[name] as MappingNode : null;
        var said = new[] { chosen, plan }.Select(part => part?["artifacts"]).OfType<ScalarNode>().FirstOrDefault(text => !text.IsNull);
        return said is null ? PlanPaths.DefaultArtifacts(planFile) : said.Text;
    }

    private static MappingNode? Read(string planFile)
    {
        try
        {
            return PlanDocument.Read(planFile, new PlanProblems());
        }
        catch (Exception exception) when (exception is PlanException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
