namespace Slipway.Pipeline.Configuration;

/// <summary>Gives each version what it inherits.</summary>
internal sealed class Inheritance
{
    public const string Key = "inherits";
    private readonly MappingNode _versions;
    private readonly PlanProblems _problems;
    private readonly Dictionary<string, MappingNode> _resolved = new(StringComparer.Ordinal);

    private Inheritance(MappingNode versions, PlanProblems problems)
    {
        _versions = versions;
        _problems = problems;
    }

    /// <summary>The versions with everything that they inherit, and without the key that says so.</summary>
    public static MappingNode Resolve(MappingNode versions, PlanProblems problems)
    {
        var inheritance = new Inheritance(versions, problems);
        return new MappingNode(
            [.. versions.Entries.Select(entry => entry.Value is MappingNode node
                ? entry with { Value = inheritance.Resolve(entry.Key, node, [entry.Key]) }
                : entry)],
            versions.Place);
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
        {
            _problems.Add(value.Place, $"versions.{name}.{Key}", $"must be the name of a version, but is {value.Kind}.");
            return null;
        }

        if (path.Contains(parent))
        {
            var cycle = string.Join(" → ", path.SkipWhile(step => step != parent).Append(parent));
            _problems.Add(value.Place, $"versions.{name}.{Key}", $"goes in a circle: {cycle}.");
            return null;
        }

        if (_versions[parent] is MappingNode found)
            return Resolve(parent, found, [.. path, parent]);
        var others = _versions.Entries.Select(entry => entry.Key).Where(other => other != name);
        _problems.Add(value.Place, $"versions.{name}.{Key}", $"names no version: `{parent}`; {NearestName.Hint(parent, others)}");
        return null;
    }
}
