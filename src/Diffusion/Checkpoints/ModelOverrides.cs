using Slipway.Diffusion.Model;
using Slipway.Diffusion.Noise;
using Slipway.Diffusion.Text;

namespace Slipway.Diffusion.Checkpoints;

/// <summary>What holds of a model instead of what its own files say: many derivatives of SDXL want something that no tensor of theirs tells.</summary>
public sealed record ModelOverrides
{
    /// <summary>Path of another autoencoder, one safetensors file in either layout; null: the model's own.</summary>
    public string? Vae { get; init; }

    /// <summary>Where the context is taken from both text encoders, see <see cref="ClipTextEncoder.ClipSkip"/>.</summary>
    public int ClipSkip { get; init; } = ClipTextEncoder.UsualClipSkip;

    /// <summary>Whether the UNet predicts velocity and not noise; null: as the model's files say.</summary>
    public bool? PredictsVelocity { get; init; }

    /// <summary>Whether the last timestep of its schedule is pure noise (Lin et al. 2024); null: as the model's files say.</summary>
    public bool? ZeroTerminalSnr { get; init; }

    /// <summary>The model with these in place of its own; what is replaced is disposed of.</summary>
    /// <param name="model">The model.</param>
    /// <param name="fill">Whether weights are read.</param>
    /// <exception cref="FileNotFoundException">There is no such autoencoder.</exception>
    /// <exception cref="InvalidDataException">It is none that fits the model, or an encoder has not so many layers.</exception>
    internal SdxlModel Over(SdxlModel model, bool fill)
    {
        model.TextEncoder1.ClipSkip = model.TextEncoder2.ClipSkip = ClipSkip;
        var noise = model.Schedule.Configuration;
        var changed = noise with
        {
            PredictionType = PredictsVelocity switch { null => noise.PredictionType, true => NoiseConfiguration.Velocity, false => NoiseConfiguration.Epsilon },
            RescaleBetasZeroSnr = ZeroTerminalSnr ?? noise.RescaleBetasZeroSnr,
        };
        if (Vae is null && changed == noise)
            return model;
        var vae = Vae is null || !fill ? model.Vae : VaeFile.Load(Vae, model.Device, model.Vae.Configuration);
        if (vae != model.Vae)
            model.Vae.Dispose();
        return model.With(vae, changed == noise ? model.Schedule : new NoiseSchedule(changed));
    }
}
