using System.Text.RegularExpressions;
using Slipway.Training.Networks.Adapters;

namespace Slipway.Training.LoraFiles;

/// <summary>
/// Whose and what a key of a LoRA file is, in the spellings of sd-scripts and LyCORIS (<c>lora_unet_…_attn1_to_q.lora_down.weight</c>,
/// also with diffusers' block names, and <c>….hada_w1_a</c>, <c>….lokr_w2</c>), PEFT (<c>unet.….attn1.to_q.lora_A.weight</c>) and
/// diffusers, old and new (<c>….attn1.to_q.lora.down.weight</c>, <c>….attn1.processor.to_q_lora.down.weight</c>,
/// <c>….q_proj.lora_linear_layer.up.weight</c>).
/// </summary>
internal sealed partial class LoraKeys
{
    private const string PeftPrefix = "base_model.model.";
    private const string UNetPrefix = "unet.";

    /// <summary>The name of the part that is a single number.</summary>
    public const string Alpha = "alpha";

    // What the spellings that have several forms are called by sd-scripts and LyCORIS.
    private static readonly Dictionary<string, string> Parts = new(StringComparer.Ordinal)
    {
        ["Down"] = LowRankChange.Down,
        ["Up"] = LowRankChange.Up,
        ["Alpha"] = Alpha,
        ["Magnitude"] = DoraMagnitude.Name,
    };

    // In old files text encoders have the UNet's names of projections.
    private static readonly Dictionary<string, string> EncoderProjections = new(StringComparer.Ordinal)
    {
        [".self_attn.to_q"] = ".self_attn.q_proj",
        [".self_attn.to_k"] = ".self_attn.k_proj",
        [".self_attn.to_v"] = ".self_attn.v_proj",
        [".self_attn.to_out"] = ".self_attn.out_proj",
    };

    private readonly Dictionary<string, LoraTarget> _targets = new(StringComparer.Ordinal);

    /// <param name="targets">Every layer that can have a branch.</param>
    public LoraKeys(IEnumerable<LoraTarget> targets)
    {
        foreach (var target in targets)
        {
            _targets[target.Name] = _targets[target.Path] = target;
            if (!target.Path.StartsWith(UNetPrefix, StringComparison.Ordinal))
                continue;
            var path = target.Path[UNetPrefix.Length..];
            _targets[path] = _targets["lora_unet_" + path.Replace('.', '_')] = target;
        }
    }

    /// <summary>The layer, and the end that sd-scripts or LyCORIS gives such a key. Null where it is not understood, or the model has no such layer.</summary>
    public (LoraTarget Target, string Part)? Find(string key)
    {
        var match = Spelling().Match(key);
        if (!match.Success || !_targets.TryGetValue(Layer(match.Groups["layer"].Value), out var target))
            return null;
        return (target, match.Groups["Own"] is { Success: true } own ? own.Value : Parts.First(part => match.Groups[part.Key].Success).Value);
    }

    private static string Layer(string name)
    {
        if (name.StartsWith(PeftPrefix, StringComparison.Ordinal))
            name = name[PeftPrefix.Length..];
        name = name.Replace(".processor.", ".", StringComparison.Ordinal);
        var encoder = EncoderProjections.FirstOrDefault(pair => name.EndsWith(pair.Key, StringComparison.Ordinal));
        if (encoder.Key is not null)
            return name[..^encoder.Key.Length] + encoder.Value;
        return name.EndsWith(".to_out", StringComparison.Ordinal) ? name + ".0" : name;
    }

    [GeneratedRegex(
        @"^(?<layer>.+?)(" +
        @"(?<Down>\.lora_down\.weight|\.lora_A(\.[^.]+)?\.weight|[._]lora\.down\.weight|\.lora_linear_layer\.down\.weight)|" +
        @"(?<Up>\.lora_up\.weight|\.lora_B(\.[^.]+)?\.weight|[._]lora\.up\.weight|\.lora_linear_layer\.up\.weight)|" +
        @"\.(?<Own>lora_mid\.weight|hada_w[12]_[ab]|hada_t[12]|lokr_w[12](_[ab])?|lokr_t2)|" +
        @"(?<Alpha>(\.lora)?\.alpha)|" +
        @"(?<Magnitude>\.dora_scale|\.lora_magnitude_vector(\.[^.]+){0,2}))$",
        RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Spelling();
}
