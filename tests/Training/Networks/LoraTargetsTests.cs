using Slipway.Training.Networks;
using Slipway.Training.Options;

namespace Slipway.Training.Tests.Networks;

public sealed class LoraTargetsTests
{
    private sealed record Row(string Name, string Shapes);

    /// <summary>Names, shapes, ranks and alphas, in order; the columns are those of golden/lora_modules.txt.</summary>
    [Theory]
    [InlineData(0, 456, 2, false)]
    [InlineData(1, 456, 4, false)]
    [InlineData(2, 522, 2, true)]
    public void Modules_are_the_references_in_its_order(int column, int count, double alpha, bool convolutions)
    {
        using var model = TinyModel.WithGoldenSizes();
        var options = new LoraOptions { NetworkDim = 4, NetworkAlpha = alpha, ConvDim = convolutions ? 2 : null, ConvAlpha = 1 };
        using var network = LoraNetwork.Create(model, options, 1);
        Assert.Equal(count, network.Adapters.Count);
        Assert.Equal(Reference("lora_modules.txt", column), network.Adapters.Select(m => new Row(m.Name, FormattableString.Invariant($"{Shape(m.Down)} {Shape(m.Up)} {m.Rank} {m.Alpha}"))));
    }

    /// <summary>SDXL itself, without weights: 2,958 and 3,156 tensors of a file.</summary>
    [Theory]
    [InlineData(0, 986, null)]
    [InlineData(1, 1052, 8)]
    public void At_full_size_too(int column, int count, int? convDim)
    {
        using var model = TinyModel.WithSdxlSizes();
        using var network = LoraNetwork.Create(model, new LoraOptions { NetworkDim = 16, NetworkAlpha = 8, ConvDim = convDim, ConvAlpha = 4 }, 1);
        Assert.Equal(count, network.Adapters.Count);
        Assert.Equal(Reference("lora_modules_sdxl.txt", column), network.Adapters.Select(m => new Row(m.Name, $"{Shape(m.Down)} {Shape(m.Up)}")));
        Assert.Equal((72, 192), (network.Adapters.Count(m => m.Name.StartsWith("lora_te1_", StringComparison.Ordinal)), network.Adapters.Count(m => m.Name.StartsWith("lora_te2_", StringComparison.Ordinal))));
        if (convDim is null)
            Assert.Equal(2_654_208 + 11_796_480 + 42_557_440, network.ParameterCount);
    }

    [Fact]
    public void Network_train_unet_only_leaves_the_text_encoders_out()
    {
        using var model = TinyModel.Create();
        using var network = LoraNetwork.Create(model, new LoraOptions { NetworkTrainUnetOnly = true }, 1);
        Assert.All(network.Adapters, m => Assert.StartsWith("lora_unet_", m.Name, StringComparison.Ordinal));
    }

    [Fact]
    public void Only_the_first_encoders_last_layer_is_out_of_the_losss_reach()
    {
        using var model = TinyModel.Create();
        var targets = LoraNetwork.Targets(model, convolutions: true, textEncoders: true).Where(t => !t.IsReached);
        Assert.Equal(6, targets.Count(t => t.Name.StartsWith("lora_te1_text_model_encoder_layers_1_", StringComparison.Ordinal)));
        Assert.Equal(6, targets.Count());
    }

    private static string Shape(Tensor tensor) => string.Join('x', tensor.shape);

    private static IEnumerable<Row> Reference(string file, int column) => File.ReadLines(Golden.Path(file))
        .Where(line => !line.StartsWith('#'))
        .Select(line => line.Split(": "))
        .Select(parts => new Row(parts[0], parts[1].Split(" | ")[column]))
        .Where(row => row.Shapes != "-");
}
