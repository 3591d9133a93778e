using System.Globalization;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Commands.Exchange;

/// <summary>What sd-scripts and LyCORIS are told of the network, as a plan says it: the kind of its changes, its arguments, weights of blocks.</summary>
/// <param name="options">The options; what is told otherwise in a plan is replaced.</param>
/// <param name="notes">Takes what will differ.</param>
internal sealed class NetworkTranslation(ForeignOptions options, ICollection<string> notes)
{
    /// <summary>Replaces them.</summary>
    public void Translate()
    {
        Unfold("network_args");
        Module();
        BlockWeights();
    }

    /// <summary><c>name=value</c> pairs become options of their own.</summary>
    private void Unfold(string option)
    {
        if (!options.Values.TryGetValue(option, out var pairs))
            return;
        options.Remove(option);
        foreach (var pair in pairs.Where(pair => pair.Length > 0).Select(pair => pair.Trim().Split('=', 2)))
            options.Set(pair[0], pair is [_, var value] ? value : "true");
    }

    /// <summary>LyCORIS and sd-scripts' own modules of other kinds: which kind is a key here. A DoRA's lengths are of outputs there where nothing is said.</summary>
    private void Module()
    {
        var module = options["network_module"];
        var algorithm = module switch { "lycoris.kohya" => options["algo"] ?? "lora", "networks.loha" => "loha", "networks.lokr" => "lokr", _ => null };
        if (algorithm is null || !AdapterOptions.Algorithms.Contains(algorithm))
            return;
        options.Remove("network_module");
        options.Remove("algo");
        foreach (var key in new[] { "conv_dim", "conv_alpha" }.Where(_ => options["conv_dim"] is null or "0").ToList())
            options.Remove(key);
        if (algorithm is "loha" or "lokr")
            options.Set("network_algo", algorithm);
        if (ForeignOptions.IsOn(options["dora_wd"]))
            options.SetIfAbsent("wd_on_output", "true");
        if (module == "lycoris.kohya")
            Lycoris();
    }

    // Of LyCORIS' presets `attn-mlp` is what sd-scripts' rules choose; those that are named here leave 3×3 convolutions out.
    private void Lycoris()
    {
        var preset = options["preset"];
        options.Remove("preset");
        if (preset is "attn-mlp" or "attn-only" or "full-lin" or "unet-transformer-only")
        {
            options.Remove("conv_dim");
            options.Remove("conv_alpha");
        }

        if (preset is "unet-only" or "unet-transformer-only" or "unet-convblock-only")
            options.Set("network_train_unet_only", "true");
        if (preset is null or "full")
            notes.Add($"LyCORIS {(preset is null ? "without a `preset`" : "with the `preset` full")} trains more layers than sd-scripts' rules choose, which hold here.");
        else if (preset is not ("attn-mlp" or "unet-transformer-only"))
            notes.Add($"LyCORIS with the `preset` {preset} trains other layers than sd-scripts' rules choose, which hold here.");
        if (options["dropout"] is { } dropout)
            options.SetIfAbsent("network_dropout", dropout);
        options.Remove("dropout");
    }

    // As sd-scripts: what is too long is cut, and what is too short goes on with 1.
    private void BlockWeights()
    {
        foreach (var (key, length) in new[] { ("down_lr_weight", 9), ("mid_lr_weight", 3), ("up_lr_weight", 9) })
        {
            if (options[key]?.Split(',', StringSplitOptions.TrimEntries) is { } weights && weights.Length != length && double.TryParse(weights[0], NumberStyles.Float, CultureInfo.InvariantCulture, out _))
                options.Set(key, string.Join(',', weights.Concat(Enumerable.Repeat("1", length)).Take(length)));
        }
    }
}
