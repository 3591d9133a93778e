namespace Slipway.Pipeline.Plans.Yaml;

/// <summary>Collects what is wrong with a plan. The same thing at the same place counts once.</summary>
internal sealed class PlanProblems
{
    private readonly Dictionary<(Place Place, string What), string> _problems = [];

    public bool Any => _problems.Count > 0;

    /// <summary>All of them, by place.</summary>
    public ILookup<Place, string> ByPlace => _problems.ToLookup(problem => problem.Key.Place, problem => problem.Value);

    public void Add(Place place, string what) => Add(place, "", what);

    /// <summary>
    /// A problem of the value at <paramref name="path"/>. What several versions inherit, or two profiles share, is said
    /// once, with the first path.
    /// </summary>
    public void Add(Place place, string path, string what) =>
        _problems.TryAdd((place, what), path.Length > 0 ? $"`{path}` {what}" : what);

    /// <summary>Those that each of some collections has; none of no collections.</summary>
    public static PlanProblems OfAll(IReadOnlyList<PlanProblems> collections)
    {
        var common = new PlanProblems();
        foreach (var (key, text) in collections.Count == 0 ? [] : collections[0]._problems.Where(problem => collections.All(one => one._problems.ContainsKey(problem.Key))))
            common._problems[key] = text;
        return common;
    }

    /// <summary>Takes over those of another collection that are not here already.</summary>
    /// <param name="others">The others.</param>
    /// <param name="profile">The profile that they are about, which is said; null: nothing is.</param>
    public void Add(PlanProblems others, string? profile = null)
    {
        foreach (var (key, text) in others._problems)
            _problems.TryAdd(key, profile is null ? text : $"profile `{profile}`: {text}");
    }

    /// <summary>All of them, a line each, in the order of the file.</summary>
    public IReadOnlyList<string> Lines =>
    [
        .. _problems
            .OrderBy(problem => problem.Key.Place.Line)
            .ThenBy(problem => problem.Key.Place.Column)
            .ThenBy(problem => problem.Value, StringComparer.Ordinal)
            .Select(problem => $"{problem.Key.Place}: {problem.Value}"),
    ];

    /// <exception cref="PlanException">There are problems; in the order of the file.</exception>
    public void ThrowIfAny()
    {
        if (Any)
            throw new PlanException(Lines);
    }
}
