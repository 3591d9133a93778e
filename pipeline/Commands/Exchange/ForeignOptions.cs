using System.Globalization;

namespace Slipway.Pipeline.Commands.Exchange;

/// <summary>Options of another trainer by name, each with its values as text; a switch that is on has the value <c>true</c>.</summary>
internal sealed class ForeignOptions
{
    private readonly Dictionary<string, IReadOnlyList<string>> _values = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, IReadOnlyList<string>> Values => _values;

    /// <summary>What was read and is no option, a line each.</summary>
    public List<string> Remarks { get; } = [];

    /// <summary>Single value; null where it is not set.</summary>
    public string? this[string name] => _values.TryGetValue(name, out var values) && values is [var value, ..] ? value : null;

    public void Set(string name, params IReadOnlyList<string> values) => _values[name] = values;

    public void SetIfAbsent(string name, string value) => _values.TryAdd(name, [value]);

    public void Remove(string name) => _values.Remove(name);

    /// <summary>Takes over what is not set here.</summary>
    public void Under(ForeignOptions below)
    {
        foreach (var (name, values) in below.Values)
            _values.TryAdd(name, values);
    }

    /// <summary>Takes over everything.</summary>
    public void Over(ForeignOptions above)
    {
        foreach (var (name, values) in above.Values)
            _values[name] = values;
    }

    /// <summary>Whether a switch is on.</summary>
    public static bool IsOn(string? text) => text is not null && !IsOff(text);

    /// <summary>Whether a text says that there is none: <c>false</c>, or Python's <c>None</c>.</summary>
    public static bool IsOff(string text) => text.Equals("false", StringComparison.OrdinalIgnoreCase) || text.Equals("none", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether two texts are the same text or the same number.</summary>
    public static bool IsSame(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase)
        || (double.TryParse(a, NumberStyles.Float, CultureInfo.InvariantCulture, out var x) && double.TryParse(b, NumberStyles.Float, CultureInfo.InvariantCulture, out var y) && x == y);
}
