using Slipway.Engine.Options;

namespace Slipway.Pipeline.Plans.Yaml;

/// <summary>Gives each version what it inherits.</summary>
internal sealed class Inheritance
{
    public const string Key = "inherits";
    private readonly MappingNode _versions;
    private readonly PlanProblems _problems;
    private readonly Dictionary<string, MappingNode> _resolved = new(StringComparer.Ordinal);
    private readonly HashSet<string> _partial = new(StringComparer.Ordinal);

    private Inheritance(MappingNode versions, PlanProblems problems)
    {
        _versions = versions;
        _problems = problems;
    }

    /// <summary>
    /// The versions with everything that they inherit, and without the key that says so; and the names of those that
    /// lack what they should inherit.
    /// </summary>
    public static (MappingNode Versions, IReadOnlySet<string> Partial) Resolve(MappingNode versions, PlanProblems problems)
    {
        var inheritance = new Inheritance(versions, problems);
        var resolved = new MappingNode(
            [.. versions.Entries.Select(entry => entry.Value is MappingNode node
                ? entry with { Value = inheritance.Resolve(entry.Key, node, [entry.Key]) }
                : entry)],
            versions.Place);
        return (resolved, inheritance._partial);
    }

    private MappingNode Resolve(string name, MappingNode node, List<string> path)
    {
        if (_resolved.TryGetValue(name, out var known))
            return known;
        var own = node.Without(Key);
        return _resolved[name] = ParentOf(name, node, path) is { } parent ? parent.Under(own) : own;
    }

    private MappingNode? ParentOf(string name, MappingNode node, List<string> path)
    {
        if (node[Key] is not { } value || value is ScalarNode { IsNull: true })
            return null;
        if (value is not ScalarNode { Text: var parent })
            return Refuse(name, value, $"must be the name of a version, but is {value.Kind}.");
        if (path.Contains(parent))
            return Refuse(name, value, $"goes in a circle: {string.Join(" → ", path.SkipWhile(step => step != parent).Append(parent))}.");
        if (_versions[parent] is not MappingNode found)
        {
            var others = _versions.Entries.Select(entry => entry.Key).Where(other => other != name);
            return Refuse(name, value, $"names no version: `{parent}`; {NearestName.Hint(parent, others)}");
        }

        var resolved = Resolve(parent, found, [.. path, parent]);
        if (_partial.Contains(parent))
            _partial.Add(name);
        return resolved;
    }

    private MappingNode? Refuse(string name, PlanNode value, string what)
    {
        _problems.Add(value.Place, $"versions.{name}.{Key}", what);
        _partial.Add(name);
        return null;
    }
}
