using System.Text.RegularExpressions;

namespace Slipway.Engine.Options;

/// <summary>Numbers as half of the world writes them: <c>0,0001</c>. They are not taken, because a comma ends a value elsewhere; what to write is said.</summary>
public static partial class DecimalComma
{
    /// <summary>What to write instead, as the end of a sentence: <c>; write 0.0001, with a point</c>. Empty where the text is no such number.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="isOne">Whether a text is what is wanted; null: any number is.</param>
    public static string Advice(string? text, Func<string, bool>? isOne = null)
    {
        if (text is null || !Written().IsMatch(text))
            return "";
        var pointed = text.Trim().Replace(',', '.');
        if (isOne?.Invoke(pointed) ?? true)
            return $"; write {pointed}, with a point";
        // 1,000 of a whole number.
        var joined = pointed.Replace(".", "", StringComparison.Ordinal);
        return Thousands().IsMatch(text) && isOne!(joined) ? $"; write {joined}, without a comma" : "";
    }

    [GeneratedRegex(@"^\s*[+-]?[0-9]*,[0-9]+([eE][+-]?[0-9]+)?\s*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Written();

    [GeneratedRegex(@"^\s*[+-]?[0-9]{1,3},[0-9]{3}\s*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Thousands();
}
