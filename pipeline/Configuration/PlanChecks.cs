namespace Slipway.Pipeline.Configuration;

/// <summary>Statements about the plan itself that must hold.</summary>
internal static class PlanChecks
{
    private const string EqualSteps = "equal_optimizer_steps";

    /// <param name="checks">What is to be checked.</param>
    /// <param name="plan">The plan; versions that could not be read are not among its own.</param>
    /// <param name="names">The names of all versions.</param>
    public static void Run(MappingReader checks, Plan plan, IReadOnlyList<string> names)
    {
        var versions = new List<VersionPlan>();
        foreach (var name in checks.Texts(EqualSteps))
        {
            if (plan.Versions.FirstOrDefault(version => version.Name == name) is { } version)
                versions.Add(version);
            else if (!names.Contains(name))
                checks.Problem(EqualSteps, $"names no version: `{name}`; {NearestName.Hint(name, names)}");
        }

        var steps = versions.Select(version => (version.Name, Steps: version.OptimizerSteps(plan.Backgrounds.Count, plan.Regularisation?.Count ?? 0))).ToList();
        foreach (var (name, _) in steps.Where(version => version.Steps is null))
            checks.Problem(EqualSteps, $"cannot be computed for {name}, which learns from a folder; give it `max_train_steps`.");
        var known = steps.Where(version => version.Steps is not null).ToList();
        if (known.Select(version => version.Steps).Distinct().Count() > 1)
            checks.Problem(EqualSteps, $"does not hold: {string.Join(", ", known.Select(version => $"{version.Name} takes {version.Steps} steps"))}; change `max_train_steps` or `max_train_epochs`.");
        checks.Finish();
    }
}
