using System.Globalization;
using System.Text;

namespace Slipway.Training.Data;

/// <summary>
/// What sd-scripts reads from a training folder's name, <c>{repeats}_{class tokens}</c>. Before the first underscore it
/// takes whatever Python's <c>int()</c> takes: spaces around, a plus, digits of any script.
/// </summary>
/// <param name="Repeats">How often an epoch uses each picture; 1 or more.</param>
/// <param name="ClassTokens">Everything behind the first underscore: the caption of pictures that have none.</param>
public sealed record TrainingFolderName(int Repeats, string ClassTokens)
{
    /// <summary>Reads a folder's name; null where sd-scripts skips the folder.</summary>
    public static TrainingFolderName? Parse(string folderName)
    {
        ArgumentNullException.ThrowIfNull(folderName);
        var parts = folderName.Split('_', 2);
        return Whole(parts[0].Trim()) is > 0 and <= int.MaxValue and var repeats
            ? new TrainingFolderName((int)repeats, parts.Length > 1 ? parts[1] : "")
            : null;
    }

    private static long? Whole(string text)
    {
        long? value = null;
        foreach (var rune in (text.StartsWith('+') ? text[1..] : text).EnumerateRunes())
        {
            var digit = Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber ? (int)Rune.GetNumericValue(rune) : -1;
            if (digit < 0 || value > int.MaxValue)
                return null;
            value = ((value ?? 0) * 10) + digit;
        }
        return value;
    }
}
