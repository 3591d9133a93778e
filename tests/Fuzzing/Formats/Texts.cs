using System.Text;
using Slipway.Diffusion.Text;
using Slipway.Pipeline.Drawing;
using Slipway.Tagging.Tags;
using Slipway.Training.Data;

namespace Slipway.Fuzzing.Formats;

/// <summary>Captions, prompts, the text that pictures carry, and lists of tags.</summary>
internal static class Texts
{
    public static IEnumerable<Format> Formats { get; } =
    [
        new("captions", Caption),
        new("infotext", input => Infotext(Encoding.UTF8.GetString(input))),
        new("prompts", input => ReadPrompt(Encoding.UTF8.GetString(input))),
        new("tags", input => TagVocabulary.Load(ScratchFile.Write("tags.csv", input))),
    ];

    private static void Caption(byte[] input)
    {
        var caption = CaptionFile.Read(ScratchFile.Write("caption.txt", input));
        if (caption.Length == 0 || caption.Contains('\0', StringComparison.Ordinal))
            throw new ContradictionException("A caption is empty, or holds a letter of 0.");
        _ = Prompt.ParseCaption(caption);
    }

    private static void Infotext(string text)
    {
        var read = Pipeline.Drawing.Infotext.Parse(text);
        var again = Pipeline.Drawing.Infotext.Parse(read.ToString());
        // With too few settings the last line is taken for part of a prompt, as by the web UIs.
        if (read.Settings.Count > 0 && (again.NegativePrompt != read.NegativePrompt || !again.Settings.SequenceEqual(read.Settings)))
            throw new ContradictionException($"The text reads as {read}, and that as {again}.");
    }

    private static void ReadPrompt(string text)
    {
        var prompt = Prompt.Parse(LoraTag.Split(text).Text);
        if (prompt.Pieces.Any(piece => !double.IsFinite(piece.Weight)))
            throw new ContradictionException("A weight is no number.");
        var literal = Prompt.Parse(Prompt.Escape(text));
        if (literal.Pieces.Any(piece => piece.Weight != 1))
            throw new ContradictionException("An escaped text has weights.");
    }
}
