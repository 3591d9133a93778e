using Slipway.Diffusion.Files;
using Slipway.Diffusion.Model;
using Slipway.Diffusion.Text;
using Slipway.Training.LoraFiles;
using Slipway.Training.Networks;

namespace Slipway.Training.Tests.Networks;

/// <summary>
/// golden/lora: LoRAs a, b and conv that sd-scripts 48d368fa wrote for its small model, and what the model with each of
/// them, at several strengths, makes of one input. Float32 on the CPU; merging and hooking differ there by 1.4e-5 themselves.
/// </summary>
public abstract class ReferenceLoras : IDisposable
{
    /// <summary>On values of about ±3.</summary>
    protected const double Tolerance = 2e-5;

    private const long EndToken = 49407;
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly SafetensorsFile _outputs = SafetensorsFile.Open(Lora("forward"));
    private readonly Tensor _ids1;
    private readonly Tensor _ids2;
    private readonly Tensor[] _unet;

    protected ReferenceLoras()
    {
        using var text = SafetensorsFile.Open(Golden.Path("te.safetensors"));
        using var unet = SafetensorsFile.Open(Golden.Path("unet.safetensors"));
        (_ids1, _ids2) = (text.Read("ids1"), text.Read("ids2"));
        _unet = [.. new[] { "sample", "timesteps", "encoder_hidden_states", "text_embeds", "time_ids" }.Select(name => unet.Read(name))];
    }

    protected SdxlModel Model { get; } = TinyModel.Reference();

    protected static string Lora(string name) => Golden.Path(Path.Combine("lora", name + ".safetensors"));

    protected LoraNetwork Load(string name) => LoraFile.Load(Model, Lora(name switch
    {
        "a" => "lora_a_dim4_alpha2",
        "b" => "lora_b_dim4_alpha4",
        _ => "lora_conv_dim4_alpha2_convdim2_convalpha1",
    }));

    /// <summary>The model's four outputs as it is now, against those kept under <paramref name="key"/>, as far as it has them.</summary>
    protected void RequireOutputs(string key)
    {
        var expected = _outputs.Tensors.Keys.Where(name => name.StartsWith(key + ".", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(expected);
        Assert.All(expected, name => Assert.InRange(Golden.MaxError(Output(name[(key.Length + 1)..]), _outputs.Read(name)), 0, Tolerance));
    }

    private Tensor Output(string part)
    {
        using var inference = no_grad();
        return part switch
        {
            "unet" => Model.UNet.call(_unet[0], _unet[1], _unet[2], _unet[3], _unet[4]),
            "te1_h11" => Encode(Model.TextEncoder1, _ids1).Penultimate,
            "te2_h31" => Encode(Model.TextEncoder2, _ids2).Penultimate,
            _ => Encode(Model.TextEncoder2, _ids2).Pooled!,
        };
    }

    private static EncodedText Encode(ClipTextEncoder encoder, Tensor ids) =>
        encoder.Encode(ids, ids.eq(EndToken).to(ScalarType.Int32).argmax(1));

    public void Dispose()
    {
        _outputs.Dispose();
        Model.Dispose();
        _scope.Dispose();
        GC.SuppressFinalize(this);
    }
}
