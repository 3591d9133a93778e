using Slipway.Engine.Options;
using Slipway.Pipeline.Plans.Versions;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans;

/// <summary>Statements about the plan itself that must hold.</summary>
internal static class PlanChecks
{
    private const string EqualSteps = "equal_optimizer_steps";

    /// <summary>Their options.</summary>
    public static OptionTable<Keys> Declared { get; } = new(option =>
    [
        option.Texts(EqualSteps, o => o.EqualOptimizerSteps, (o, v) => o with { EqualOptimizerSteps = v }) with { Says = "Names of versions that must take equally many optimizer steps." },
    ]);

    /// <param name="checks">What is to be checked.</param>
    /// <param name="plan">The plan; versions that could not be read are not among its own.</param>
    /// <param name="names">The names of all versions.</param>
    /// <returns>Names of the versions that are to take equally many steps.</returns>
    public static IReadOnlyList<string> Run(MappingReader checks, Plan plan, IReadOnlyList<string> names)
    {
        var versions = new List<VersionPlan>();
        foreach (var name in checks.Read(Declared, new Keys()).EqualOptimizerSteps)
        {
            if (plan.Versions.FirstOrDefault(version => version.Name == name) is { } version)
                versions.Add(version);
            else if (!names.Contains(name))
                checks.Problem(EqualSteps, $"names no version: `{name}`; {NearestName.Hint(name, names)}");
        }

        var steps = versions.Select(version => (version.Name, Steps: version.OptimizerSteps(plan.Backgrounds.Known, plan.Regularisation?.Count ?? 0))).ToList();
        var known = steps.Where(version => version.Steps is not null).ToList();
        if (known.Select(version => version.Steps).Distinct().Count() > 1)
            checks.Problem(EqualSteps, $"does not hold: {string.Join(", ", known.Select(version => $"{version.Name} takes {version.Steps} steps"))}; change `max_train_steps` or `max_train_epochs`.");
        checks.Finish();
        return [.. versions.Select(version => version.Name)];
    }

    /// <summary>What is to be checked.</summary>
    internal sealed record Keys
    {
        public IReadOnlyList<string> EqualOptimizerSteps { get; init; } = [];
    }
}
