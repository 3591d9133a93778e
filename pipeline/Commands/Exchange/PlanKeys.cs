using Slipway.Engine.Options;
using Slipway.Pipeline.Plans.Datasets;
using Slipway.Pipeline.Plans.Versions;
using Slipway.Pipeline.Plans.Yaml;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Commands.Exchange;

/// <summary>The options that a plan has for a version and for a dataset of pictures in a folder; and what its readers say of values.</summary>
internal static class PlanKeys
{
    private const string File = "imported";

    /// <summary>The options of a version.</summary>
    public static IReadOnlyList<IOption> OfVersion { get; } = [.. VersionKeys.Declared.Options, .. TrainingOptions.Declared.Options, .. SubsetOptions.Variations.Options, .. ValidationOptions.Declared.Options, .. SampleInterval.Declared.Options];

    /// <summary>The options of a dataset of pictures in a folder.</summary>
    public static IReadOnlyList<IOption> OfDataset { get; } = [.. DatasetPlan.Declared.Options, .. FolderPlan.Declared.Options, .. BucketPlan.Declared.Options, .. SubsetOptions.Declared.Options];

    /// <summary>Takes those values that a version may have away from the others.</summary>
    /// <param name="values">By key, in the order of the file that they came from.</param>
    /// <param name="refused">Takes what the reader says of the others.</param>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> VersionValues(IReadOnlyDictionary<string, IReadOnlyList<string>> values, ICollection<string> refused) =>
        Accepted(values, (node, problems) => VersionReader.Read(File, new MappingReader(node, "", problems) { IsPartial = true }, [], 0), refused);

    /// <summary>The same for a dataset of pictures in a folder.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> DatasetValues(
        IReadOnlyDictionary<string, IReadOnlyList<string>> values, int resolution, ICollection<string> refused) =>
        Accepted(values, (node, problems) => DatasetPlan.Read(File, new MappingReader(node, "", problems) { IsPartial = true }, File, resolution), refused);

    private static IReadOnlyDictionary<string, IReadOnlyList<string>> Accepted(
        IReadOnlyDictionary<string, IReadOnlyList<string>> values, Action<MappingNode, PlanProblems> read, ICollection<string> refused)
    {
        var left = values.ToList();
        while (true)
        {
            var problems = new PlanProblems();
            read(new MappingNode([.. left.Select((pair, i) => new MappingNode.Entry(pair.Key, At(i), Node(pair, At(i))))], At(-1)), problems);
            var wrong = left.Where((_, i) => problems.ByPlace.Contains(At(i))).ToList();
            foreach (var problem in problems.ByPlace.SelectMany(place => place))
                refused.Add(problem);
            if (wrong.Count == 0)
                return left.ToDictionary(StringComparer.Ordinal);
            left.RemoveAll(wrong.Contains);
        }
    }

    private static Place At(int index) => new(File, index + 2, 1);

    /// <summary>Whether a key's values are always several, so that one alone is a list too.</summary>
    public static bool IsList(string key) => key.EndsWith("_args", StringComparison.Ordinal);

    private static PlanNode Node(KeyValuePair<string, IReadOnlyList<string>> pair, Place place) => pair.Value is [var only] && !IsList(pair.Key)
        ? new ScalarNode(only, IsPlain: true, place)
        : new SequenceNode([.. pair.Value.Select(value => new ScalarNode(value, IsPlain: true, place))], place);
}
