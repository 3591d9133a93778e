using Slipway.Diffusion.Checkpoints;
using Slipway.Engine.Caching;
using Slipway.Engine.Options;

namespace Slipway.Pipeline.Plans.Sections;

/// <summary>What holds of the base model instead of what its files say, whoever trains or draws with it.</summary>
public sealed record ModelSettings
{
    // CLIP-L, the smaller of SDXL's two text encoders, has so many layers.
    private const int MostLayers = 12;

    /// <summary>Its options, at the plan's top.</summary>
    public static OptionTable<ModelSettings> Declared { get; } = new(option =>
    [
        option.Whole("clip_skip", o => o.ClipSkip, (o, v) => o with { ClipSkip = v }, 1, MostLayers) with
        {
            Says = "Which layer of the text encoders the context is taken from, counted from the last as web UIs do; SDXL and its derivatives, Pony too, are made for 2.",
        },
        option.Switch("v_parameterization", o => o.VParameterization, (o, v) => o with { VParameterization = v }) with
        {
            Says = "Whether the base model predicts velocity and not noise, in training and drawing.",
            Otherwise = "as its files say (a tensor `v_pred`, or the scheduler's configuration)",
        },
        option.Switch("ztsnr", o => o.ZeroTerminalSnr, (o, v) => o with { ZeroTerminalSnr = v }) with
        {
            Says = "Whether the last timestep of the base model's schedule is pure noise, in training and drawing; a version's `zero_terminal_snr` is of its training alone.",
            Otherwise = "as its files say (a tensor `ztsnr`, or the scheduler's configuration)",
        },
    ]);

    /// <summary>Which layer's output the context is, counted from the last.</summary>
    public int ClipSkip { get; init; } = 2;

    /// <summary>Whether the UNet predicts velocity; null: as the model's files say.</summary>
    public bool? VParameterization { get; init; }

    /// <summary>Whether the last timestep of the model's schedule is pure noise; null: as the model's files say.</summary>
    public bool? ZeroTerminalSnr { get; init; }

    /// <summary><see cref="ClipSkip"/> where it is not as usual.</summary>
    internal int? OtherClipSkip => ClipSkip == new ModelSettings().ClipSkip ? null : ClipSkip;

    /// <summary>Those that are not as usual, for keys of what is computed with the model.</summary>
    internal IEnumerable<FingerprintEntry> Entries =>
        from option in Declared.Options
        where !option.IsDefault(this)
        select FingerprintEntry.Parameter(option.Name, option.Write(this));

    /// <summary>As loaders of models take it.</summary>
    /// <param name="vae">Full path of another autoencoder; null: the model's own.</param>
    internal ModelOverrides Overrides(string? vae) => new() { Vae = vae, ClipSkip = ClipSkip, PredictsVelocity = VParameterization, ZeroTerminalSnr = ZeroTerminalSnr };
}
