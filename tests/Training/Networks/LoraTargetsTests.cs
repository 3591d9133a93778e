using System.Globalization;

namespace Slipway.Training.Tests;

public sealed class LoraTargetsTests
{
    private sealed record Row(string Name, string Down, string Up, double Alpha);

    private static readonly List<Row> Reference =
    [
        .. File.ReadLines(Golden.Path("lora_modules.txt")).Where(l => !l.StartsWith('#')).Select(l => l.Split(' '))
            .Select(p => new Row(p[0], p[1], p[2], double.Parse(p[3], CultureInfo.InvariantCulture))),
    ];

    [Fact]
    public void Names_shapes_and_alphas_with_convolutions_are_the_references()
    {
        using var model = TinyModel.WithGoldenSizes();
        using var network = LoraNetwork.Create(model, new LoraOptions { NetworkDim = 4, NetworkAlpha = 2, ConvDim = 2, ConvAlpha = 1 }, 1);
        Assert.Equal(522, network.Modules.Count);
        Assert.Equal(Reference.OrderBy(r => r.Name, StringComparer.Ordinal), Rows(network));
    }

    [Fact]
    public void Without_conv_dim_resnets_and_resamplers_are_left_out()
    {
        using var model = TinyModel.WithGoldenSizes();
        using var network = LoraNetwork.Create(model, new LoraOptions { NetworkDim = 4, NetworkAlpha = 2 }, 1);
        var expected = Reference.Where(r => !r.Name.Contains("_layers_", StringComparison.Ordinal) || r.Name.StartsWith("lora_te", StringComparison.Ordinal))
            .Where(r => !r.Name.EndsWith("_skip_connection", StringComparison.Ordinal) && !r.Name.EndsWith("_op", StringComparison.Ordinal) && !r.Name.EndsWith("_2_conv", StringComparison.Ordinal))
            .OrderBy(r => r.Name, StringComparer.Ordinal).ToList();
        Assert.Equal(456, expected.Count);
        Assert.Equal(expected, Rows(network));
    }

    [Fact]
    public void Network_train_unet_only_leaves_the_text_encoders_out()
    {
        using var model = TinyModel.Create();
        using var network = LoraNetwork.Create(model, new LoraOptions { NetworkTrainUNetOnly = true }, 1);
        Assert.All(network.Modules, m => Assert.StartsWith("lora_unet_", m.Name, StringComparison.Ordinal));
        Assert.Empty(network.Parameters(LoraGroup.TextEncoder));
    }

    [Fact]
    public void Only_the_first_encoders_last_layer_is_out_of_the_losss_reach()
    {
        using var model = TinyModel.Create();
        var targets = LoraNetwork.Targets(model, convolutions: true, textEncoders: true).Where(t => !t.IsReached);
        Assert.Equal(6, targets.Count(t => t.Name.StartsWith("lora_te1_text_model_encoder_layers_1_", StringComparison.Ordinal)));
        Assert.Equal(6, targets.Count());
    }

    private static IEnumerable<Row> Rows(LoraNetwork network) => network.Modules
        .Select(m => new Row(m.Name, string.Join(',', m.Down.shape), string.Join(',', m.Up.shape), m.Alpha))
        .OrderBy(r => r.Name, StringComparer.Ordinal);
}
