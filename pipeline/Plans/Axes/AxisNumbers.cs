using System.Globalization;
using System.Text.RegularExpressions;

namespace Slipway.Pipeline.Plans.Axes;

/// <summary>
/// Numbers as the web UIs write them: <c>3</c>; <c>1-5</c>; <c>0.2-1.0 (+0.2)</c>, from, to and step; <c>1-10 [5]</c>, from, to and how many, evenly
/// spread (whole numbers are rounded down). They are counted in decimals, so that 0.2 five times is 1.
/// </summary>
internal static class AxisNumbers
{
    /// <summary>More than that no range has.</summary>
    private const int Most = 100_000;

    /// <summary>Digits behind the point of evenly spread numbers.</summary>
    private const int Digits = 4;

    private const string Number = @"[+-]?\s*[0-9]{1,12}(\.[0-9]{0,9})?";

    // Anchored, and what repeats is told apart by its first letter: it cannot go back far. Every plan is read, for which an automaton would take too long to make.
    private static readonly Regex Range = new(
        $@"^\s*(?<from>{Number})\s*-\s*(?<to>{Number})\s*(\(\s*(?<step>{Number})\s*\)|\[\s*(?<count>[0-9]{{1,9}})\s*\])?\s*$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        Regex.InfiniteMatchTimeout);

    /// <summary>The numbers of an entry.</summary>
    /// <param name="entry">A number or a range.</param>
    /// <param name="range">Which numbers there may be.</param>
    /// <param name="numbers">The numbers; of no meaning where something is wrong.</param>
    /// <returns>What is wrong; null: nothing.</returns>
    public static string? Read(string entry, NumberRange range, out IReadOnlyList<string> numbers)
    {
        numbers = [];
        var match = Range.Match(entry);
        if (!match.Success)
        {
            if (!TryNumber(entry, out var single))
                return $"has `{entry}`; expected {range}, or a range such as `1-5`, `0.2-1.0 (+0.2)` or `1-10 [5]`";
            numbers = [Text(single)];
            return Check(single, range);
        }

        var (from, to) = (Value(match, "from"), Value(match, "to"));
        if (Check(from, range) is { } wrong)
            return wrong;
        if (Check(to, range) is { } alsoWrong)
            return alsoWrong;
        return match.Groups["count"].Success ? Spread(entry, from, to, match.Groups["count"].Value, range, out numbers) : Stepped(entry, from, to, match, range, out numbers);
    }

    private static string? Stepped(string entry, decimal from, decimal to, Match match, NumberRange range, out IReadOnlyList<string> numbers)
    {
        numbers = [];
        var step = match.Groups["step"].Success ? Value(match, "step") : to < from ? -1 : 1;
        if (step == 0)
            return $"has `{entry}`, a range that ends nowhere: its step is 0";
        if (from != to && (to > from) != (step > 0))
            return $"has `{entry}`, a range that ends nowhere: from {Text(from)} a step of {Text(step)} never comes to {Text(to)}";
        if (range.IsWhole && step != decimal.Truncate(step))
            return $"has `{entry}`, whose step is no whole number";
        var count = decimal.Floor((to - from) / step) + 1;
        if (count > Most)
            return $"has `{entry}`, a range of {Text(count)} numbers; expected {Most} at most";
        numbers = [.. Enumerable.Range(0, (int)count).Select(i => Text(from + (i * step)))];
        return null;
    }

    private static string? Spread(string entry, decimal from, decimal to, string written, NumberRange range, out IReadOnlyList<string> numbers)
    {
        numbers = [];
        var count = int.Parse(written, NumberStyles.None, CultureInfo.InvariantCulture);
        if (count is 0 or > Most)
            return $"has `{entry}`, a range of {count} numbers; expected 1 to {Most}";
        var spread = Enumerable.Range(0, count).Select(i => from + (count == 1 ? 0 : (to - from) * i / (count - 1)));
        numbers = [.. spread.Select(value => Text(range.IsWhole ? decimal.Truncate(value) : decimal.Round(value, Digits)))];
        return null;
    }

    private static string? Check(decimal value, NumberRange range) =>
        value < range.Least || value > range.Greatest || (range.IsWhole && value != decimal.Truncate(value)) ? $"has {Text(value)}; expected {range}" : null;

    private static decimal Value(Match match, string group) => TryNumber(match.Groups[group].Value, out var value) ? value : 0;

    private static bool TryNumber(string text, out decimal value) =>
        decimal.TryParse(string.Concat(text.Where(letter => !char.IsWhiteSpace(letter))), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);

    // Without zeros at the end: 1.0 and 1 are the same number.
    private static string Text(decimal value) => (value / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);
}
