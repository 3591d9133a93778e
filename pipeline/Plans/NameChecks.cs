using Slipway.Pipeline.Plans.Datasets;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans;

/// <summary>Names of the plan that become names of files, folders, labels and targets.</summary>
internal static class NameChecks
{
    /// <summary>Name of the row without a LoRA, beside the versions'.</summary>
    public const string Base = PlanNames.Base;

    private const string AllVersions = "versions";
    private const string Validation = "validation";

    /// <param name="plan">The plan's top.</param>
    /// <param name="datasets">Its datasets, as far as they could be read.</param>
    /// <param name="problems">Takes what is there twice.</param>
    public static void Run(MappingReader plan, IReadOnlyList<DatasetPlan> datasets, PlanProblems problems)
    {
        CheckVersions(plan, problems);
        CheckDatasets(plan, datasets, problems);
        var kinds = new DistinctNames(problems);
        foreach (var (name, place, path) in plan.Section("evaluation").KeysOf("prompts"))
            kinds.Add(name, place, path);
    }

    /// <summary>Profiles, each of which has its own lines in the lock file and its own history.</summary>
    public static void CheckProfiles(MappingReader plan, PlanProblems problems)
    {
        var names = new DistinctNames(problems);
        foreach (var (name, place, path) in plan.KeysOf("profiles"))
            names.Add(name, place, path);
    }

    /// <summary>Versions, ensembles, the base model, the table and the grids by axes share folders of samples and grids; targets are called after them.</summary>
    private static void CheckVersions(MappingReader plan, PlanProblems problems)
    {
        var names = new DistinctNames(problems);
        names.Reserve(Base, "the pictures without a LoRA (`samples/base`, `grids/base.png`)");
        names.Reserve(AllVersions, "the grid of all versions (`grids/versions.png`)");
        foreach (var (name, place, path) in plan.KeysOf("versions").Concat(plan.KeysOf("ensembles")))
            names.Add(name, place, path);
        var evaluation = plan.Section("evaluation");
        if (evaluation.FindText("table") is { } table)
            names.Add(table, evaluation.PlaceOf("table"), "evaluation.table");
        foreach (var (name, place, path) in evaluation.KeysOf("grids"))
            names.Add(name, place, path);
    }

    /// <summary>Datasets are told apart by their keys, and trainers by their folders: <c>160_sail_kun</c>.</summary>
    private static void CheckDatasets(MappingReader plan, IReadOnlyList<DatasetPlan> datasets, PlanProblems problems)
    {
        var keys = new DistinctNames(problems);
        if (!plan.IsUnset(Validation))
            keys.Reserve(Validation, "the pictures that versions are measured on");
        var folders = new[] { new DistinctNames(problems), new DistinctNames(problems) };
        foreach (var (name, place, path) in plan.KeysOf("datasets"))
        {
            keys.Add(name, place, path);
            if (datasets.FirstOrDefault(dataset => dataset.Key == name) is { Name.Length: > 0 } dataset)
                folders[dataset.IsReg ? 1 : 0].Add(dataset.FolderName, place, $"{path}.name");
        }
    }
}
