using System.Globalization;
using Slipway.Engine.Options;

namespace Slipway.Training.Options;

/// <summary>
/// Reads <c>optimizer_args</c>: <c>key=value</c>, the values spelt as in Python (<c>True</c>, <c>0.9,0.99</c>, <c>None</c>). What is
/// wrong is collected, and the default given instead.
/// </summary>
internal sealed class OptimizerArguments
{
    private readonly string _optimizer;
    private readonly Dictionary<string, string> _given = new(StringComparer.Ordinal);
    private readonly List<string> _known = [];
    private readonly List<OptionProblem> _problems = [];

    public OptimizerArguments(IReadOnlyList<string> arguments, string optimizer)
    {
        _optimizer = optimizer;
        foreach (var argument in arguments)
        {
            if (argument.Split('=', 2, StringSplitOptions.TrimEntries) is not [{ Length: > 0 } key, { Length: > 0 } value])
                _problems.Add(Problem($"'{argument}' is not key=value, such as weight_decay=0.01."));
            else if (!_given.TryAdd(key, value))
                _problems.Add(Problem($"'{key}' comes twice; leave one out."));
        }
    }

    /// <summary>The names that were asked for.</summary>
    public IReadOnlyList<string> Known => _known;

    /// <summary>All that is wrong, after everything has been read.</summary>
    public IEnumerable<OptionProblem> Problems =>
    [
        .. _problems,
        .. _given.Keys.Except(_known, StringComparer.Ordinal).Select(key => Problem($"'{key}' is no argument of {_optimizer}; {NearestName.Hint(key, _known)}")),
    ];

    public double Number(string key, double fallback, double min = 0, double max = double.PositiveInfinity) =>
        Read(key, fallback, new Number(min, max).Expected, text => Parse(text, min, max));

    /// <summary>A number, or <c>None</c>.</summary>
    public double? OptionalNumber(string key, double min, double max) =>
        Read<double?>(key, null, $"None or {new Number(min, max).Expected}", text => text == "None" ? (true, null) : Parse(text, min, max) is (true, var value) ? (true, value) : default);

    public int Whole(string key, int fallback) =>
        Read(key, fallback, "a whole number of 0 or more", text => (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value), value));

    public bool Switch(string key, bool fallback) => Read(key, fallback, "True or False", text => (text is "True" or "False", text == "True"));

    /// <summary>Two numbers: <c>0.9,0.99</c>, in brackets or not.</summary>
    public (double First, double Second) Pair(string key, (double First, double Second) fallback, double max) =>
        Read(key, fallback, $"two numbers from 0 to {max.ToString(CultureInfo.InvariantCulture)}, as in 0.9,0.99", text =>
            text.Trim('(', ')', '[', ']').Split(',').Select(part => Parse(part, 0, max)).ToList() is [(true, var first), (true, var second)] ? (true, (first, second)) : default);

    private static OptionProblem Problem(string what) => new("optimizer_args", what);

    private T Read<T>(string key, T fallback, string expected, Func<string, (bool IsOne, T Value)> parse)
    {
        _known.Add(key);
        if (!_given.TryGetValue(key, out var text))
            return fallback;
        if (parse(text) is (true, var value))
            return value;
        _problems.Add(Problem($"{key} must be {expected}, but is '{text}'{DecimalComma.Advice(text, pointed => parse(pointed).IsOne)}."));
        return fallback;
    }

    private static (bool IsOne, double Value) Parse(string text, double min, double max) =>
        (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) && value >= min && value <= max, value);
}
