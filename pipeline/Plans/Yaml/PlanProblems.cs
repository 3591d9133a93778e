using Slipway.Engine.Options;

namespace Slipway.Pipeline.Plans.Yaml;

/// <summary>Collects what is wrong with a plan. The same thing at the same place counts once.</summary>
internal sealed class PlanProblems
{
    private const int FewNames = 12;
    private readonly Dictionary<(Place Place, string What), string> _told = [];
    private readonly List<ReadMapping> _mappings = [];

    public bool Any => Told.Count > 0;

    /// <summary>What the unknown keys are told with depends on what other mappings know, so it waits until somebody asks.</summary>
    private Dictionary<(Place Place, string What), string> Told
    {
        get
        {
            var mappings = _mappings.ToList();
            _mappings.Clear();
            var listed = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var mapping in mappings.OrderBy(mapping => mapping.Place.Line).ThenBy(mapping => mapping.Place.Column))
            {
                foreach (var (key, place) in mapping.Unknown)
                    Add(place, mapping.PathOf(key), $"is not a known key; {Hint(mapping, key, mappings, listed)}");
            }

            return _told;
        }
    }

    /// <summary>All of them, by place.</summary>
    public ILookup<Place, string> ByPlace => Told.ToLookup(problem => problem.Key.Place, problem => problem.Value);

    public void Add(Place place, string what) => Add(place, "", what);

    /// <summary>
    /// A problem of the value at <paramref name="path"/>. What several versions inherit, or two profiles share, is said
    /// once, with the first path.
    /// </summary>
    public void Add(Place place, string path, string what) =>
        _told.TryAdd((place, what), path.Length > 0 ? $"`{path}` {what}" : what);

    /// <summary>A mapping that was read, with its keys that nobody asked for.</summary>
    public void Add(ReadMapping mapping) => _mappings.Add(mapping);

    /// <summary>Those that each of some collections has; none of no collections.</summary>
    public static PlanProblems OfAll(IReadOnlyList<PlanProblems> collections)
    {
        var common = new PlanProblems();
        foreach (var (key, text) in collections.Count == 0 ? [] : collections[0].Told.Where(problem => collections.All(one => one.Told.ContainsKey(problem.Key))))
            common._told[key] = text;
        return common;
    }

    /// <summary>Takes over those of another collection that are not here already.</summary>
    /// <param name="others">The others.</param>
    /// <param name="profile">The profile that they are about, which is said; null: nothing is.</param>
    public void Add(PlanProblems others, string? profile = null)
    {
        foreach (var (key, text) in others.Told)
            _told.TryAdd(key, profile is null ? text : $"profile `{profile}`: {text}");
    }

    /// <summary>All of them, a line each, in the order of the file.</summary>
    public IReadOnlyList<string> Lines =>
    [
        .. Told
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

    /// <summary>The near name, else the mapping that knows the key, else all that is known: that once.</summary>
    private static string Hint(ReadMapping mapping, string key, IEnumerable<ReadMapping> all, Dictionary<string, string> listed)
    {
        if (mapping.Known.Contains(key, StringComparer.OrdinalIgnoreCase))
            return NearestName.Hint(key, mapping.Known);
        // Of many versions one is enough.
        string[] owners = [.. all.Where(other => other.Known.Contains(key)).Select(other => other.Path).DistinctBy(path => path.Split('.')[0]).Select(path => path.Length > 0 ? $"`{path}`" : "the top of the plan")];
        if (owners.Length > 0)
            return $"it belongs to {string.Join(" or ", owners)}.";
        var hint = NearestName.Hint(key, mapping.Known);
        if (NearestName.Find(key, mapping.Known) is not null || mapping.Known.Count <= FewNames || listed.TryAdd(hint, mapping.PathOf(key)))
            return hint;
        return $"what is known here is listed for `{listed[hint]}`.";
    }

}
