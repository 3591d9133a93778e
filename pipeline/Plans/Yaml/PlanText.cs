using System.Text;

namespace Slipway.Pipeline.Plans.Yaml;

/// <summary>
/// The text of a plan's file. What is no text is refused with its place: the parser would take a zero for the file's end, and
/// nobody would hear of what stands behind it.
/// </summary>
internal static class PlanText
{
    /// <summary>The text, without the mark that some editors set before it.</summary>
    /// <exception cref="PlanException">It is no UTF-8, or holds a character that YAML does not have.</exception>
    public static string Read(string path)
    {
        var file = Path.GetFileName(path);
        var bytes = File.ReadAllBytes(path);
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\ufeff');
        }
        catch (DecoderFallbackException e)
        {
            throw Refused(file, Encoding.UTF8.GetString(bytes, 0, Math.Max(0, e.Index)), "the plan is not UTF-8 text; save it as UTF-8.");
        }

        var at = Foreign(text);
        return at < 0 ? text : throw Refused(file, text[..at], $"the character U+{(int)text[at]:X4} has no place in YAML; remove it.");
    }

    /// <summary>Where the first character stands that has no place in a plan, whether it stands there itself or by an escape; -1 where there is none.</summary>
    public static int Foreign(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (IsForeign(text[i]))
                return i;
        }

        return -1;
    }

    /// <summary>What YAML has no place for: control characters but tab and line ends, and what Unicode says is none.</summary>
    private static bool IsForeign(char letter) =>
        letter is '\ufffe' or '\uffff' || (char.IsControl(letter) && letter is not ('\t' or '\n' or '\r' or '\u0085'));

    private static PlanException Refused(string file, string before, string what)
    {
        var lines = before.ReplaceLineEndings("\n").Split('\n');
        return new PlanException([$"{new Place(file, lines.Length, lines[^1].Length + 1)}: {what}"]);
    }
}
