using System.Globalization;
using Slipway.Pipeline.Plans.Sections;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans;

/// <summary>
/// What a plan says for one profile, as flat values by path, such as <c>versions.v02.learning_rate</c>: profiles are laid over the rest, and each
/// version has what it inherits. What is not written, and so has its default, is not among them.
/// </summary>
internal static class PlanSettings
{
    /// <summary>Keys that say where things lie or who does the work, and nothing about what becomes of them.</summary>
    private static readonly string[] Places = ["artifacts", "snapshots", "default_profile", "profiles", "executor", SlurmPlan.Key];

    /// <summary>The values, by path.</summary>
    /// <param name="file">The YAML file.</param>
    /// <param name="profile">Name of the profile; null: the plan's <c>default_profile</c>.</param>
    /// <param name="overrides">Values of the command line by path.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="PlanException">It is no plan, or has no such profile.</exception>
    public static IReadOnlyDictionary<string, string> Read(string file, string? profile, IReadOnlyDictionary<string, string> overrides)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in PlanReader.Merged(file, profile, overrides).Without(Places).Entries)
            Add(entry.Key, entry.Value, found);
        return found;
    }

    /// <summary>Whether two written values are one: texts, or numbers however they are written.</summary>
    public static bool AreEqual(string? first, string? second) =>
        first == second || (Number(first) is { } a && Number(second) is { } b && a.Equals(b));

    private static double? Number(string? text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static void Add(string path, PlanNode node, SortedDictionary<string, string> found)
    {
        if (node is MappingNode { Entries.Count: > 0 } mapping)
            mapping.Entries.ToList().ForEach(entry => Add($"{path}.{entry.Key}", entry.Value, found));
        else if (node is not ScalarNode { IsNull: true })
            found[path] = Text(node);
    }

    private static string Text(PlanNode node) => node switch
    {
        ScalarNode scalar => scalar.Text,
        SequenceNode list => $"[{string.Join(", ", list.Items.Select(Text))}]",
        MappingNode mapping => $"{{{string.Join(", ", mapping.Entries.Select(entry => $"{entry.Key}: {Text(entry.Value)}"))}}}",
        _ => node.Kind,
    };
}
