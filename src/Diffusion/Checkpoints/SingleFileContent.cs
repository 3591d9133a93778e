using Slipway.Diffusion.Files;
using Slipway.Diffusion.Text;
using Slipway.Diffusion.UNets;
using Slipway.Diffusion.Vae;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Checkpoints;

/// <summary>A model's tensors as a checkpoint in a single file holds them, made one at a time.</summary>
public static class SingleFileContent
{
    /// <summary>The largest that CLIP's temperature may be in training, ln 100; SDXL does not use it, readers may expect it.</summary>
    private const double LogitScale = 4.605170185988092;

    /// <summary>All tensors, with the two constants that <c>sd_xl_base_1.0</c> has beside the weights.</summary>
    /// <param name="textEncoder1">The first text encoder.</param>
    /// <param name="textEncoder2">The second.</param>
    /// <param name="unet">The UNet.</param>
    /// <param name="vae">The autoencoder.</param>
    /// <param name="type">Element type of the weights in the file.</param>
    /// <returns>
    /// Names and shapes also where the networks have no memory yet; what is to be written for them is then the
    /// caller's to say: <c>tensor with { Make = … }</c>.
    /// </returns>
    public static IReadOnlyList<PendingTensor> FromModel(
        ClipTextEncoder textEncoder1, ClipTextEncoder textEncoder2, UNet unet, AutoencoderKL vae, ScalarType type)
    {
        var positions = textEncoder1.Configuration.MaxPositionEmbeddings;
        return
        [
            .. FromModel(textEncoder1, SingleFileKeys.TextEncoder1, type),
            .. FromModel(textEncoder2, SingleFileKeys.TextEncoder2, type),
            .. FromModel(unet, SingleFileKeys.UNet, type),
            .. FromModel(vae, SingleFileKeys.Vae, type),
            new(SingleFileKeys.PositionIds, ScalarType.Int64, [1, positions], () => arange(positions).view(1, -1)),
            new(SingleFileKeys.LogitScale, type, [], () => tensor(LogitScale).to(type)),
        ];
    }

    private static IEnumerable<PendingTensor> FromModel(
        nn.Module module, Func<IEnumerable<string>, IReadOnlyDictionary<string, TensorLocation>> keys, ScalarType type)
    {
        var weights = module.state_dict();
        return keys(weights.Keys).GroupBy(pair => pair.Value.Name, StringComparer.Ordinal).Select(group =>
        {
            var parts = group.OrderBy(pair => pair.Value.Third).Select(pair => (Tensor: weights[pair.Key], Location: pair.Value)).ToList();
            return new PendingTensor(group.Key, type, parts[0].Location.StoredShape(parts[0].Tensor.shape), () => Store(parts, type));
        });
    }

    private static Tensor Store(IReadOnlyList<(Tensor Tensor, TensorLocation Location)> parts, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var stored = parts.Select(part => part.Location.Store(part.Tensor)).ToList();
        return (stored is [var single] ? single : cat(stored, 0)).to(type).MoveToOuterDisposeScope();
    }
}
