using System.Globalization;
using System.Text.RegularExpressions;

namespace Slipway.Diffusion.Text;

/// <summary>
/// A prompt in the web UIs' syntax: <c>(word)</c> weighs 1.1, <c>(word:1.2)</c> 1.2, <c>[word]</c> 1/1.1; brackets
/// nest and their weights multiply; one left open runs to the end. <c>\(</c> <c>\)</c> <c>\[</c> <c>\]</c> <c>\\</c>
/// are the character alone. <c>BREAK</c> begins a new chunk of 75 tokens.
/// </summary>
/// <remarks>
/// The grammar of AUTOMATIC1111 and sd-scripts, which agree but for white space around the number (allowed here, as in
/// the former) and <c>BREAK</c> (the former's). A <c>BREAK</c> inside brackets breaks too; the former forgets it there.
/// Its prompt editing (<c>[from:to:when]</c>, <c>[a|b]</c>, <c>AND</c>) is not part of it: the text is taken as it stands.
/// </remarks>
/// <param name="Pieces">The parts in their order; never none.</param>
public sealed record Prompt(IReadOnlyList<PromptPiece> Pieces)
{
    private const double Round = 1.1;
    private const double Square = 1 / 1.1;
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    private static readonly Regex Tokens = new(@"\\[()\[\]\\]?|[(\[\])]|:\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)\s*\)|[^\\()\[\]:]+|:", Linear);
    private static readonly Regex CaptionTokens = new(@"\\[()\[\]\\]?|[(\[\])]|:[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)\)|[^\\()\[\]:]+|:", Linear);
    private static readonly Regex Break = new(@"\s*\bBREAK\b\s*", Linear);
    private static readonly Regex Special = new(@"[()\[\]\\]", Linear);

    /// <summary>A text in which no character has a meaning of its own, such as a caption.</summary>
    public static Prompt Literal(string text) => new([new PromptPiece(text)]);

    /// <summary>Reads a prompt; every text is a prompt.</summary>
    public static Prompt Parse(string text) => Read(text, Tokens, breaks: true);

    /// <summary>Reads a caption as sd-scripts does with <c>weighted_captions</c>: no white space beside the number, and <c>BREAK</c> is a word.</summary>
    public static Prompt ParseCaption(string text) => Read(text, CaptionTokens, breaks: false);

    private static Prompt Read(string text, Regex tokens, bool breaks)
    {
        var pieces = new List<PromptPiece>();
        var (round, square) = (new Stack<int>(), new Stack<int>());
        foreach (var token in tokens.EnumerateMatches(text))
            Read(text.AsSpan(token.Index, token.Length), pieces, round, square, breaks);
        foreach (var start in round)
            Multiply(pieces, start, Round);
        foreach (var start in square)
            Multiply(pieces, start, Square);
        return new Prompt(Joined(pieces));
    }

    /// <summary>A prompt that <see cref="Parse"/> reads as that very text.</summary>
    public static string Escape(string text) => Special.Replace(text, @"\$0");

    private static void Read(ReadOnlySpan<char> token, List<PromptPiece> pieces, Stack<int> round, Stack<int> square, bool breaks)
    {
        if (token[0] == '\\')
            pieces.Add(new PromptPiece(token[1..].ToString()));
        else if (token is "(")
            round.Push(pieces.Count);
        else if (token is "[")
            square.Push(pieces.Count);
        else if (token[0] == ':' && token.Length > 1 && round.Count > 0)
            Multiply(pieces, round.Pop(), double.Parse(token[1..^1], NumberStyles.Float, CultureInfo.InvariantCulture));
        else if (token is ")" && round.Count > 0)
            Multiply(pieces, round.Pop(), Round);
        else if (token is "]" && square.Count > 0)
            Multiply(pieces, square.Pop(), Square);
        else if (breaks)
            AddText(pieces, token.ToString());
        else
            pieces.Add(new PromptPiece(token.ToString()));
    }

    private static void AddText(List<PromptPiece> pieces, string text)
    {
        foreach (var (index, part) in Break.Split(text).Index())
            pieces.Add(new PromptPiece(part, StartsChunk: index > 0));
    }

    private static void Multiply(List<PromptPiece> pieces, int start, double factor)
    {
        for (var i = start; i < pieces.Count; i++)
            pieces[i] = pieces[i] with { Weight = pieces[i].Weight * factor };
    }

    /// <summary>Neighbours of one weight are one text: a word may go on behind an escaped character.</summary>
    private static List<PromptPiece> Joined(List<PromptPiece> pieces)
    {
        var joined = new List<PromptPiece>();
        foreach (var piece in pieces)
        {
            if (joined.Count > 0 && !piece.StartsChunk && joined[^1].Weight.Equals(piece.Weight))
                joined[^1] = joined[^1] with { Text = joined[^1].Text + piece.Text };
            else
                joined.Add(piece);
        }

        return joined.Count == 0 ? [new PromptPiece(string.Empty)] : joined;
    }
}
