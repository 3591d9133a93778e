using System.Text.RegularExpressions;
using Slipway.Training.Networks.Adapters;

namespace Slipway.Training.LoraFiles;

/// <summary>
/// Whose and what a key of a LoRA file is. Layers are called as <see cref="LayerSpelling"/> has it; what they have is spelled as by sd-scripts
/// and LyCORIS (<c>….lora_down.weight</c>, <c>….hada_w1_a</c>, <c>….lokr_w2</c>), PEFT (<c>….lora_A.weight</c>) or diffusers, old and new
/// (<c>….lora.down.weight</c>, <c>….processor.to_q_lora.down.weight</c>, <c>….lora_linear_layer.up.weight</c>).
/// </summary>
internal sealed partial class LoraKeys
{
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

    private readonly Dictionary<string, LayerName> _layers = new(StringComparer.Ordinal);

    /// <param name="layers">Every layer that can have a branch.</param>
    public LoraKeys(IEnumerable<LayerName> layers)
    {
        foreach (var layer in layers)
            _layers[LayerSpelling.Of(layer.Name)] = _layers[LayerSpelling.Of(layer.Path)] = layer;
    }

    /// <param name="targets">Every layer that can have a branch.</param>
    public LoraKeys(IEnumerable<LoraTarget> targets)
        : this(targets.Select(target => new LayerName(target.Name, target.Path)))
    {
    }

    /// <summary>The layer's name as the key spells it, and the end that sd-scripts or LyCORIS gives such a key. Null where it is not understood.</summary>
    public static (string Layer, string Part)? Split(string key) => Spelling().Match(key) is { Success: true } match
        ? (match.Groups["layer"].Value, match.Groups["Own"] is { Success: true } own ? own.Value : Parts.First(part => match.Groups[part.Key].Success).Value)
        : null;

    /// <summary>The layer, and the end that sd-scripts or LyCORIS gives such a key. Null where it is not understood, or the model has no such layer.</summary>
    public (LayerName Layer, string Part)? Find(string key) =>
        Split(key) is var (name, part) && _layers.TryGetValue(LayerSpelling.Of(name), out var layer) ? (layer, part) : null;

    [GeneratedRegex(
        @"^(?<layer>.+?)(" +
        @"(?<Down>\.lora_down\.weight|\.lora_A(\.[^.]+)?\.weight|[._]lora\.down\.weight|\.lora_linear_layer\.down\.weight)|" +
        @"(?<Up>\.lora_up\.weight|\.lora_B(\.[^.]+)?\.weight|[._]lora\.up\.weight|\.lora_linear_layer\.up\.weight)|" +
        @"\.(?<Own>lora_mid\.weight|hada_w[12]_[ab]|hada_t[12]|lokr_w[12](_[ab])?|lokr_t2)|" +
        @"(?<Alpha>(\.lora)?\.alpha)|" +
        @"(?<Magnitude>\.dora_scale|\.lora_magnitude_vector(\.[^.]+){0,2}))$",
        RegexOptions.ExplicitCapture,
        Timeout.Infinite)]
    private static partial Regex Spelling();
}
