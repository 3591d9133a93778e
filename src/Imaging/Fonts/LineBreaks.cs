using System.Text;

namespace Slipway.Imaging.Fonts;

/// <summary>
/// Where a text may go on in the next line: behind spaces and between the signs of paths and tags, and between any two kana or ideographs, but
/// no line begins with a closing sign. A word without such a place is broken anywhere.
/// </summary>
internal static class LineBreaks
{
    private const string Ellipsis = "…";
    private const string Closing = "、。，．・：；！？）］｝〉》」』】ーぁぃぅぇぉっゃゅょァィゥェォッャュョ%,.:;!?)]}…";
    private const string Behind = " \t\n,/_-×|;";

    public static IReadOnlyList<string> Wrap(string text, Func<string, bool> fits, int lines)
    {
        var result = new List<string>();
        var rest = text.Trim();
        while (rest.Length > 0)
        {
            if (fits(rest))
            {
                result.Add(rest);
                break;
            }

            if (result.Count == lines - 1)
            {
                result.Add(Shortened(rest, fits));
                break;
            }

            var end = End(rest, fits);
            result.Add(rest[..end].TrimEnd());
            rest = rest[end..].TrimStart();
        }

        return result.Count == 0 ? [string.Empty] : result;
    }

    /// <summary>As much of the text as there is room for beside an ellipsis; never half a character.</summary>
    private static string Shortened(string text, Func<string, bool> fits)
    {
        var end = Longest(Starts(text), start => fits(text[..start].TrimEnd() + Ellipsis));
        return text[..end].TrimEnd() + Ellipsis;
    }

    private static int End(string text, Func<string, bool> fits)
    {
        var starts = Starts(text);
        var most = Math.Max(Longest(starts, start => fits(text[..start].TrimEnd())), starts[0]);
        return starts.LastOrDefault(start => start <= most && start < text.Length && MayBreak(text, start)) is > 0 and var end ? end : most;
    }

    /// <summary>Where each character but the first begins.</summary>
    private static int[] Starts(string text)
    {
        var starts = new List<int>();
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
            starts.Add(at += rune.Utf16SequenceLength);
        return [.. starts];
    }

    // The widths grow with the number of characters, so that halving finds the last that fits.
    private static int Longest(int[] starts, Func<int, bool> fits)
    {
        var (least, most) = (0, starts.Length);
        while (least < most)
        {
            var middle = (least + most + 1) / 2;
            if (fits(starts[middle - 1]))
                least = middle;
            else
                most = middle - 1;
        }

        return least == 0 ? 0 : starts[least - 1];
    }

    private static bool MayBreak(string text, int at)
    {
        Rune.DecodeLastFromUtf16(text.AsSpan(0, at), out var before, out _);
        Rune.DecodeFromUtf16(text.AsSpan(at), out var behind, out _);
        if (Closing.Contains(behind.ToString(), StringComparison.Ordinal))
            return false;
        return Behind.Contains(before.ToString(), StringComparison.Ordinal) || IsJapanese(before) || IsJapanese(behind);
    }

    private static bool IsJapanese(Rune rune) => rune.Value is (>= 0x2E80 and <= 0xD7FF) or (>= 0xF900 and <= 0xFAFF) or (>= 0xFF00 and <= 0xFFEF) or >= 0x20000;
}
