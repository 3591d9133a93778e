using System.Text.RegularExpressions;

namespace Slipway.Pipeline.Jobs;

/// <summary>Prompts as measures need them.</summary>
internal static class PromptTexts
{
    // Neither can go back further than its own beginning. A run with nothing to do comes by, for which an automaton would take too long to make.
    private static readonly Regex Weight = new(@":\s*-?[0-9.]+\s*$", RegexOptions.CultureInvariant, Regex.InfiniteMatchTimeout);
    private static readonly Regex Network = new("<[^<>]*>", RegexOptions.CultureInvariant, Regex.InfiniteMatchTimeout);
    private static readonly char[] Brackets = ['(', ')', '[', ']', ' '];

    /// <summary>The tags that a prompt names, as taggers write them: without weights, brackets and networks, with underscores.</summary>
    public static IEnumerable<string> Tags(string prompt) =>
        Network.Replace(prompt, "").Split([',', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Plain).Where(tag => tag.Length > 0);

    /// <summary>The prompt without a word, its other parts as they are; null where nothing is left.</summary>
    public static string? Without(string prompt, string word)
    {
        var others = prompt.Split(',').Where(part => Plain(part) != Plain(word)).ToArray();
        var text = string.Join(',', others).Trim(' ', ',');
        // Within a sentence it is a word between others.
        text = Regex.Replace(text, $@"(?<![\w]){Regex.Escape(word)}(?![\w])", "", RegexOptions.CultureInvariant, Regex.InfiniteMatchTimeout).Trim(' ', ',');
        return text.Length == 0 ? null : text;
    }

    private static string Plain(string part)
    {
        var plain = part.Trim(Brackets);
        return Weight.Replace(plain, "").Trim(Brackets).Replace(' ', '_');
    }
}
