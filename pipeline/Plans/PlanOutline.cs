using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans;

/// <summary>What can be said of a plan that may be wrong: the names that targets are called after.</summary>
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
        try
        {
            var plan = PlanDocument.Read(planFile, new PlanProblems());
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
        catch (Exception exception) when (exception is PlanException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return [];
        }
    }
}
