using System.Globalization;
using System.Text.RegularExpressions;

namespace Slipway.Pipeline.Drawing;

/// <summary>A LoRA that a prompt asks for: the web UIs' <c>&lt;lora:name:0.8&gt;</c>, or <c>&lt;lora:name&gt;</c> for strength 1.</summary>
/// <param name="Name">Name of its file, without <c>.safetensors</c>.</param>
/// <param name="Strength">What its change of the weights is multiplied by.</param>
internal sealed record LoraTag(string Name, double Strength)
{
    private static readonly Regex Tag = new("<lora:(?<content>[^>]*)>", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);

    /// <summary>The prompt without its tags, and the tags.</summary>
    /// <exception cref="ArgumentException">A tag that cannot be read.</exception>
    public static (string Text, IReadOnlyList<LoraTag> Tags) Split(string prompt) =>
        (Tag.Replace(prompt, string.Empty), [.. Tag.Matches(prompt).Select(match => Read(match.Groups["content"].Value, match.Value))]);

    /// <summary>Reads <c>name:0.8</c> or <c>name</c>; the name may hold colons where the last is followed by no number.</summary>
    public static LoraTag ReadOption(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0 && TryStrength(text[(colon + 1)..], out var strength) ? new LoraTag(text[..colon], strength) : new LoraTag(text, 1);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"<lora:{Name}:{Strength}>");

    private static LoraTag Read(string content, string tag) => content.Split(':') switch
    {
        [{ Length: > 0 } name] => new LoraTag(name, 1),
        [{ Length: > 0 } name, var text] when TryStrength(text, out var strength) => new LoraTag(name, strength),
        _ => throw new ArgumentException($"'{tag}' in the prompt is no LoRA; expected <lora:name:strength>, such as <lora:sail_kun_v03:0.8>, with one number."),
    };

    private static bool TryStrength(string text, out double strength) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out strength) && double.IsFinite(strength);
}
