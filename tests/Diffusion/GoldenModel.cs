using Slipway.Diffusion.Model;
using Slipway.Diffusion.Noise;
using Slipway.Diffusion.Tests.Text;
using Slipway.Diffusion.Text;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests;

/// <summary>The reference's tiny model, with a tokenizer that knows the words of the recorded prompts.</summary>
public sealed class GoldenModel : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public GoldenModel()
    {
        FewWords.Write(_folder["tokenizer"], "<|endoftext|>");
        FewWords.Write(_folder["tokenizer_2"], "!");
        Model = new SdxlModel
        {
            Tokenizer1 = ClipTokenizer.Load(_folder["tokenizer"]),
            Tokenizer2 = ClipTokenizer.Load(_folder["tokenizer_2"]),
            TextEncoder1 = ReferenceModel.TextEncoder1(),
            TextEncoder2 = ReferenceModel.TextEncoder2(),
            UNet = ReferenceModel.UNet(),
            Vae = ReferenceModel.Vae(),
            Schedule = new NoiseSchedule(new NoiseConfiguration()),
            Device = CPU,
            Precision = ScalarType.Float32,
        };
    }

    public SdxlModel Model { get; }

    /// <summary>The same networks with another noise schedule; they stay this one's.</summary>
    public SdxlModel With(NoiseConfiguration noise) => new()
    {
        Tokenizer1 = Model.Tokenizer1,
        Tokenizer2 = Model.Tokenizer2,
        TextEncoder1 = Model.TextEncoder1,
        TextEncoder2 = Model.TextEncoder2,
        UNet = Model.UNet,
        Vae = Model.Vae,
        Schedule = new NoiseSchedule(noise),
        Device = Model.Device,
        Precision = Model.Precision,
    };

    public void Dispose()
    {
        Model.Dispose();
        _folder.Dispose();
    }
}
