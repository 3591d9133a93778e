namespace Slipway.Architecture.Tests;

/// <summary>Which rooms lie in a cycle with which, by Tarjan's algorithm (1972).</summary>
internal sealed class Cycles
{
    private readonly ILookup<string, string> _next;
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _low = new(StringComparer.Ordinal);
    private readonly Stack<string> _stack = new();
    private readonly List<IReadOnlyList<string>> _found = [];

    private Cycles(IEnumerable<(string From, string To)> arrows) => _next = arrows.ToLookup(arrow => arrow.From, arrow => arrow.To, StringComparer.Ordinal);

    /// <summary>The rooms of each cycle, sorted.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Find(IReadOnlyCollection<(string From, string To)> arrows)
    {
        var cycles = new Cycles(arrows);
        foreach (var room in arrows.Select(arrow => arrow.From).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            if (!cycles._index.ContainsKey(room)) cycles.Visit(room);
        return cycles._found;
    }

    private void Visit(string room)
    {
        _index[room] = _low[room] = _index.Count;
        _stack.Push(room);
        foreach (var next in _next[room])
        {
            if (!_index.TryGetValue(next, out var index))
            {
                Visit(next);
                _low[room] = Math.Min(_low[room], _low[next]);
            }
            else if (_stack.Contains(next))
            {
                _low[room] = Math.Min(_low[room], index);
            }
        }
        if (_low[room] != _index[room])
            return;
        var knot = new List<string>();
        do knot.Add(_stack.Pop()); while (knot[^1] != room);
        if (knot.Count > 1)
            _found.Add([.. knot.Order(StringComparer.Ordinal)]);
    }
}
