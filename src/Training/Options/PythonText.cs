using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Slipway.Training.Options;

/// <summary>Values as Python prints them (<c>str()</c>, <c>json.dumps()</c>): what readers of LoRA metadata expect.</summary>
internal static class PythonText
{
    public const string None = "None";

    private const int SmallestPlace = -4;
    private const int LargestPlace = 16;

    public static string Of(bool value) => value ? "True" : "False";

    public static string Of(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>With the fewest digits that give the number back, always recognisable as a float; scientific below 1e-4 and from 1e16 on.</summary>
    public static string Of(double? value)
    {
        if (value is not { } number)
            return None;
        // Seventeen digits always give a number back; "R" finds the fewest.
        var shortest = number.ToString("R", CultureInfo.InvariantCulture);
        var (sign, mantissa, exponent) = (shortest.StartsWith('-') ? "-" : "", shortest.TrimStart('-').Split('E')[0], shortest.Split('E') is [_, var power] ? int.Parse(power, CultureInfo.InvariantCulture) : 0);
        var point = mantissa.IndexOf('.', StringComparison.Ordinal) is >= 0 and var index ? index : mantissa.Length;
        var all = mantissa.Replace(".", "", StringComparison.Ordinal);
        var digits = all.TrimStart('0');
        if (digits.Length == 0)
            return sign + "0.0";
        // The number is 0.digits · 10^place.
        var place = point - (all.Length - digits.Length) + exponent;
        return sign + Placed(digits.TrimEnd('0'), place);
    }

    /// <summary>A value of an option: of a list, its values with commas between.</summary>
    public static string OfValue(object? value) => value switch
    {
        null => None,
        bool flag => Of(flag),
        int whole => Of((long)whole),
        long whole => Of(whole),
        double number => Of((double?)number),
        IEnumerable<int> wholes => string.Join(',', wholes),
        IEnumerable<double> numbers => string.Join(',', numbers.Select(number => Of((double?)number))),
        _ => $"{value}",
    };

    /// <summary><c>str()</c> of a list.</summary>
    public static string ListOf(IReadOnlyList<double> numbers) => $"[{string.Join(", ", numbers.Select(number => Of((double?)number)))}]";

    /// <summary>A number of steps, or a share of them: whole numbers as Python's <c>int</c>, others as its <c>float</c>.</summary>
    public static string OfCountOrShare(double value) => double.IsInteger(value) ? Of((long)value) : Of((double?)value);

    /// <summary><c>json.dumps</c> with its defaults: a space behind every comma and colon, nothing but ASCII.</summary>
    public static string Json(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject map => $"{{{string.Join(", ", map.Select(pair => $"{Quoted(pair.Key)}: {Json(pair.Value)}"))}}}",
        JsonArray list => $"[{string.Join(", ", list.Select(Json))}]",
        _ => node.GetValueKind() switch
        {
            JsonValueKind.String => Quoted(node.GetValue<string>()),
            JsonValueKind.Number => node.AsValue().TryGetValue<double>(out var number) ? Of((double?)number) : node.ToJsonString(),
            _ => node.ToJsonString(),
        },
    };

    private static string Placed(string digits, int place) => place switch
    {
        <= SmallestPlace or > LargestPlace => string.Create(CultureInfo.InvariantCulture, $"{digits[0]}{(digits.Length > 1 ? "." : "")}{digits[1..]}e{place - 1:+00;-00}"),
        <= 0 => $"0.{new string('0', -place)}{digits}",
        _ when place >= digits.Length => $"{digits.PadRight(place, '0')}.0",
        _ => $"{digits[..place]}.{digits[place..]}",
    };

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\f' => "\\f",
                '\b' => "\\b",
                >= ' ' and <= '~' => c.ToString(),
                _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
            });
        }
        return quoted.Append('"').ToString();
    }
}
