using System.Text.Json;
using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Files;
using Slipway.Diffusion.Text;
using Slipway.Diffusion.UNets;
using Slipway.Diffusion.Vae;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests.Checkpoints;

/// <summary>golden/full/single_file_keys.json: the 2,515 tensors of sd_xl_base_1.0, type and shape of each.</summary>
public sealed class SingleFileContentTests
{
    [Fact]
    public void Of_the_full_size_model_is_that_of_the_published_file()
    {
        using var first = new ClipTextEncoder(new ClipTextConfiguration());
        using var second = new ClipTextEncoder(SdxlSizes.BigG);
        using var unet = new UNet(new UNetConfiguration());
        using var vae = new AutoencoderKL(new VaeConfiguration());
        var actual = SingleFileContent.FromModel(first, second, unet, vae, ScalarType.Float16)
            .Select(tensor => $"{tensor.Name} {SafetensorsTypes.Name(tensor.Type)} [{string.Join(", ", tensor.Shape)}]").ToList();
        Assert.Equal(Published.Select(pair => $"{pair.Key} {pair.Value}").Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
        Assert.Equal(2515, actual.Count);
    }

    internal static Dictionary<string, string> Published { get; } =
        JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(Golden.Path(Path.Combine("full", "single_file_keys.json"))))!;
}
