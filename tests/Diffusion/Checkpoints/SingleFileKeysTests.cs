using System.Text.Json;
using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Text;
using Slipway.Diffusion.UNets;
using Slipway.Diffusion.Vae;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests.Checkpoints;

/// <summary>golden/full/map_diffusers_to_single.json: diffusers' and sd-scripts' converters of the full-size model, key by key.</summary>
public sealed class SingleFileKeysTests
{
    [Fact]
    public void Of_the_UNet_are_the_references() => Compare(new UNet(new UNetConfiguration()), "unet", SingleFileKeys.UNet);

    [Fact]
    public void Of_the_autoencoder_are_the_references() => Compare(new AutoencoderKL(new VaeConfiguration()), "vae", SingleFileKeys.Vae);

    [Fact]
    public void Of_the_first_text_encoder_are_the_references() => Compare(new ClipTextEncoder(new ClipTextConfiguration()), "te1", SingleFileKeys.TextEncoder1);

    [Fact]
    public void Of_the_second_text_encoder_are_the_references() => Compare(new ClipTextEncoder(SdxlSizes.BigG), "te2", SingleFileKeys.TextEncoder2);

    private static void Compare(nn.Module network, string part, Func<IEnumerable<string>, IReadOnlyDictionary<string, TensorLocation>> keys)
    {
        using var owned = network;
        using var document = JsonDocument.Parse(File.ReadAllBytes(Golden.Path(Path.Combine("full", "map_diffusers_to_single.json"))));
        var expected = document.RootElement.GetProperty(part).EnumerateObject().Select(entry => $"{entry.Name}: {Reference(entry.Value)}");
        var shapes = network.state_dict();
        var actual = keys(shapes.Keys).Select(pair => $"{pair.Key}: {Ours(pair.Value, shapes[pair.Key].shape[0])}");
        Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
    }

    private static string Reference(JsonElement place)
    {
        if (place.ValueKind == JsonValueKind.String)
            return place.GetString()!;
        var form = place.TryGetProperty("rows", out var rows) ? $"rows {rows[0]} to {rows[1]}"
            : place.GetProperty("transform").GetString()!.Contains("conv1x1", StringComparison.Ordinal) ? "Pointwise" : "Transposed";
        return $"{place.GetProperty("single")} {form}";
    }

    private static string Ours(TensorLocation location, long rows) => location switch
    {
        { Form: TensorForm.Same } => location.Name,
        { Third: { } third } => $"{location.Name} rows {third * rows} to {(third + 1) * rows}",
        _ => $"{location.Name} {location.Form}",
    };
}
