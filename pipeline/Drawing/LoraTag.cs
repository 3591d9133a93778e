using System.Globalization;
using System.Text.RegularExpressions;
using Slipway.Engine.Options;
using Slipway.Training.LoraFiles;

namespace Slipway.Pipeline.Drawing;

/// <summary>
/// A LoRA that a prompt asks for in the web UIs' words: <c>&lt;lora:name:0.8&gt;</c>, <c>&lt;lora:name&gt;</c> for strength 1, and with two
/// numbers, as AUTOMATIC1111 reads them, the text encoders' strength first and the UNet's second; <c>te=</c> and <c>unet=</c> name them.
/// <c>&lt;lyco:…&gt;</c> is the same.
/// </summary>
/// <param name="Name">Name of its file, without <c>.safetensors</c>.</param>
/// <param name="Strength">What its change of the weights is multiplied by.</param>
/// <param name="UNet">The same in the UNet alone; null: <paramref name="Strength"/>.</param>
internal sealed record LoraTag(string Name, double Strength, double? UNet = null)
{
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase;
    private const string Expected = "expected <lora:name:strength>, such as <lora:sail_kun_v03:0.8>, or <lora:name:0.8:0.6> for the text encoders and the UNet apart";

    // Without its end a tag reaches to the next one's beginning, or to the prompt's end.
    private static readonly Regex Tag = new("<(?<kind>lora|lyco|hypernet):(?<content>[^<>]*)(?<end>>?)", Linear);

    // What has a tag's form and is none that is known: another word with a strength, or spaces where there are none.
    private static readonly Regex Other = new(@"<\s*(?<kind>[a-z_]+)\s*:[^<>]*:\s*([a-z]+=)?[-+0-9.e]+\s*>|<(\s+(lora|lyco|hypernet)\s*|(lora|lyco|hypernet)\s+):[^<>]*>", Linear);

    /// <summary>What the LoRA's changes are multiplied by.</summary>
    public LoraStrength Strengths => new(Strength, UNet ?? Strength);

    /// <summary>The prompt without its tags, and the tags.</summary>
    /// <exception cref="ArgumentException">A tag that cannot be read, or that asks for something else than a LoRA.</exception>
    public static (string Text, IReadOnlyList<LoraTag> Tags) Split(string prompt)
    {
        var text = Tag.Replace(prompt, string.Empty);
        IReadOnlyList<LoraTag> tags = [.. Tag.Matches(prompt).Select(Read)];
        return Other.Match(text) is { Success: true, Value: var other } ? throw new ArgumentException($"'{other}' in the prompt is of no kind that is read here; {Expected}.") : (text, tags);
    }

    /// <summary>Reads <c>name:0.8</c>, <c>name:0.8:0.6</c>, <c>name:te=0.8:unet=0.6</c> or <c>name</c>; the name may hold colons where the last is followed by no number.</summary>
    public static LoraTag ReadOption(string text)
    {
        var (name, arguments) = (text, new List<string>());
        while (arguments.Count < 2 && name.LastIndexOf(':') is > 0 and var colon && IsArgument(name[(colon + 1)..]))
            (name, arguments) = (name[..colon], [name[(colon + 1)..], .. arguments]);
        if (name.LastIndexOf(':') is > 0 and var at && DecimalComma.Advice(name[(at + 1)..]) is { Length: > 0 } advice)
            throw new ArgumentException($"'{text}' is no LoRA with a strength; expected NAME:0.8{advice}.");
        return Of(name, arguments) ?? new LoraTag(text, 1);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        UNet is null ? string.Create(CultureInfo.InvariantCulture, $"<lora:{Name}:{Strength}>") : string.Create(CultureInfo.InvariantCulture, $"<lora:{Name}:{Strength}:{UNet}>");

    private static LoraTag Read(Match match)
    {
        var tag = match.Value.Trim();
        if (match.Groups["end"].Length == 0)
            throw new ArgumentException($"'{tag}' in the prompt is not closed; {Expected}.");
        if (match.Groups["kind"].Value.Equals("hypernet", StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"'{tag}' in the prompt is a hypernetwork, which is not read here; take it out of the prompt.");
        var parts = match.Groups["content"].Value.Split(':');
        return parts[0].Length > 0 && Of(parts[0], parts[1..]) is { } read ? read : throw new ArgumentException($"'{tag}' in the prompt is no LoRA; {Expected}{DecimalComma.Advice(parts[^1])}.");
    }

    /// <summary>Null where the arguments are no strengths, or one is given twice.</summary>
    private static LoraTag? Of(string name, IReadOnlyList<string> arguments)
    {
        var (position, encoder, unet) = (0, (double?)null, (double?)null);
        foreach (var argument in arguments)
        {
            if (!TryStrength(argument[(argument.IndexOf('=', StringComparison.Ordinal) + 1)..], out var strength))
                return null;
            switch (argument.Contains('=', StringComparison.Ordinal) ? argument[..argument.IndexOf('=', StringComparison.Ordinal)].Trim() : (++position).ToString(CultureInfo.InvariantCulture))
            {
                case "1" or "te" when encoder is null:
                    encoder = strength;
                    break;
                case "2" or "unet" when unet is null:
                    unet = strength;
                    break;
                default:
                    return null;
            }
        }
        var first = encoder ?? 1;
        return new LoraTag(name, first, unet is { } other && !other.Equals(first) ? other : null);
    }

    private static bool IsArgument(string text) => TryStrength(text, out _)
        || ((text.StartsWith("te=", StringComparison.Ordinal) || text.StartsWith("unet=", StringComparison.Ordinal)) && TryStrength(text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..], out _));

    private static bool TryStrength(string text, out double strength) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out strength) && double.IsFinite(strength);
}
