using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Files;
using Slipway.Diffusion.Text;
using static TorchSharp.torch;

namespace Slipway.Build.Benches.Device;

/// <summary>
/// The parts of the small model that the reference's numbers were made with, against transformers and diffusers. Tolerances on the processor are those of the
/// tests, where they are explained: other orders of f32 sums. A card is allowed ten times as much: it transforms tiles in convolutions, and attends without
/// writing a whole row's weights down.
/// </summary>
/// <param name="device">Where they are computed.</param>
/// <param name="root">The clone.</param>
internal sealed class GoldenChecks(DeviceUnderTest device, string root)
{
    private const string Tests = "Diffusion";
    private const long EndToken = 49407;
    private const double OfCards = 10;

    /// <summary>A check for each part.</summary>
    public IEnumerable<DeviceCheck> All =>
    [
        Check("golden: text encoders", 5e-5, Text),
        Check("golden: UNet", 2e-5, UNet),
        Check("golden: UNet's gradients", 1e-6, Gradients),
        Check("golden: autoencoder", 2e-5, Autoencoder),
    ];

    private SingleFileLayout Layout => new(GoldenNumbers.PathOf(root, Tests, "tiny_sdxl_base.safetensors"));

    private DeviceCheck Check(string name, double tolerance, Func<double> largest)
    {
        var allowed = device.IsCard ? OfCards * tolerance : tolerance;
        return new(name, FormattableString.Invariant($"at most {allowed:G2}"), _ =>
        {
            using var scope = NewDisposeScope();
            using var exact = new ExactSums(device);
            return Measurement.AtMost("largest difference", largest(), allowed);
        });
    }

    private double Text()
    {
        using var noGradient = no_grad();
        using var numbers = Open("te", "io.safetensors");
        using var first = Layout.LoadTextEncoder1(device.Torch, ScalarType.Float32);
        using var second = Layout.LoadTextEncoder2(device.Torch, ScalarType.Float32);
        var (one, two) = (Encode(first, numbers, "ids1"), Encode(second, numbers, "ids2"));
        return new[]
        {
            Difference(one.Penultimate, numbers, "te1.hidden_states.11_penultimate"),
            Difference(two.Penultimate, numbers, "te2.hidden_states.31_penultimate"),
            Difference(two.Pooled!, numbers, "te2.text_embeds_pooled_correct"),
        }.Max();
    }

    private double UNet()
    {
        using var noGradient = no_grad();
        using var unet = Layout.LoadUNet(device.Torch, ScalarType.Float32);
        return new[] { "io_a", "io_b_nonsquare_long", "io_c_small" }.Max(name =>
        {
            using var numbers = Open("unet", $"{name}.safetensors");
            return Difference(Predict(unet, numbers, Input), numbers, "output");
            Tensor Input(string input) => Read(numbers, input);
        });
    }

    private double Gradients()
    {
        using var numbers = Open("unet", "io_a.safetensors");
        using var unet = Layout.LoadUNet(device.Torch, ScalarType.Float32);
        var leaves = new[] { "sample", "encoder_hidden_states", "text_embeds" }.ToDictionary(name => name, name => Read(numbers, name).requires_grad_(true), StringComparer.Ordinal);
        Predict(unet, numbers, name => leaves[name]).square().mean().backward();
        return leaves.Max(leaf => Difference(leaf.Value.grad!, numbers, $"grad.{leaf.Key}"));
    }

    private double Autoencoder()
    {
        using var noGradient = no_grad();
        using var numbers = Open("vae", "io.safetensors");
        using var vae = Layout.LoadVae(device.Torch);
        var latents = vae.Encode(Read(numbers, "image"));
        return new[]
        {
            Difference(latents.Mean, numbers, "latent_mean"),
            Difference(latents.LogVar, numbers, "latent_logvar"),
            Difference(vae.Decode(Read(numbers, "z")), numbers, "decoded"),
        }.Max();
    }

    private Tensor Predict(nn.Module<Tensor, Tensor, Tensor, Tensor, Tensor, Tensor> unet, SafetensorsFile numbers, Func<string, Tensor> input) =>
        unet.call(input("sample"), Read(numbers, "timesteps"), input("encoder_hidden_states"), input("text_embeds"), Read(numbers, "time_ids"));

    private EncodedText Encode(ClipTextEncoder encoder, SafetensorsFile numbers, string name)
    {
        var ids = Read(numbers, name);
        return encoder.Encode(ids, ids.eq(EndToken).to(ScalarType.Int64).argmax(1));
    }

    private Tensor Read(SafetensorsFile numbers, string name) => numbers.Read(name).to(device.Torch);

    private SafetensorsFile Open(params string[] path) => GoldenNumbers.Open(root, Tests, path);

    private static double Difference(Tensor actual, SafetensorsFile numbers, string expected) => (actual.detach().cpu() - numbers.Read(expected)).abs().max().item<float>();
}
