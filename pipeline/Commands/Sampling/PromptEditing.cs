using System.Text.RegularExpressions;

namespace Slipway.Pipeline.Commands.Sampling;

/// <summary>
/// What AUTOMATIC1111 would do in the course of the steps, and this sampler reads as plain words: <c>[from:to:when]</c>,
/// <c>[word:when]</c>, <c>[a|b]</c> and <c>AND</c> between prompts.
/// </summary>
internal static class PromptEditing
{
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    // A character behind a backslash is only that character, so it opens nothing.
    private static readonly Regex Editing = new(@"(^|[^\\])(?<part>\[[^\[\]\\]*(:\s*[0-9.]+\s*|\|[^\[\]\\]*)\])|(?<part>\bAND\b)", Linear);

    /// <summary>The parts of a prompt that are such, in their order.</summary>
    public static IReadOnlyList<string> In(string prompt) => [.. Editing.Matches(prompt).Select(match => match.Groups["part"].Value)];

    /// <summary>Says so of each of them.</summary>
    public static void Warn(string prompt, Action<string> warn)
    {
        foreach (var part in In(prompt))
            warn($"`{part}` in the prompt is prompt editing of AUTOMATIC1111, which is not done here: it is read as words of every step.");
    }
}
