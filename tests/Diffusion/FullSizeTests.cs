using System.Text.Json;
using Slipway.Diffusion.Tests.Checkpoints;
using Slipway.Diffusion.Text;
using Slipway.Diffusion.UNets;
using Slipway.Diffusion.Vae;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests;

/// <summary>
/// golden/full: every key and shape of stable-diffusion-xl-base-1.0 in diffusers' layout. The networks are built at full
/// size without memory, from the configurations' defaults.
/// </summary>
public sealed class FullSizeTests
{
    [Fact]
    public void UNet() => Compare(new UNet(new UNetConfiguration()), "unet", 2_567_463_684);

    [Fact]
    public void First_text_encoder() => Compare(new ClipTextEncoder(new ClipTextConfiguration()), "text_encoder", 123_060_480);

    [Fact]
    public void Second_text_encoder() => Compare(new ClipTextEncoder(SdxlSizes.BigG), "text_encoder_2", 694_659_840);

    [Fact]
    public void Autoencoder() => Compare(new AutoencoderKL(new VaeConfiguration()), "vae", 83_653_863);

    private static void Compare(nn.Module network, string part, long parameters)
    {
        using (network)
        {
            var actual = network.state_dict().Select(entry => $"{entry.Key} [{string.Join(", ", entry.Value.shape)}]").Order(StringComparer.Ordinal);
            Assert.Equal(Expected(part), actual);
            Assert.Equal(parameters, network.parameters().Sum(parameter => parameter.numel()));
        }
    }

    private static List<string> Expected(string part)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Golden.Path(Path.Combine("full", "diffusers_keys.json"))));
        return [.. document.RootElement.GetProperty(part).EnumerateObject()
            .Select(entry => $"{entry.Name} [{string.Join(", ", entry.Value.EnumerateArray())}]")
            .Order(StringComparer.Ordinal)];
    }
}
