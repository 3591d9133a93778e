using Slipway.Diffusion.Files;
using Slipway.Training.Data;
using Slipway.Training.Loop;
using Slipway.Training.LoraFiles;
using Slipway.Training.Metrics;
using Slipway.Training.Networks;
using Slipway.Training.Networks.Adapters;
using Slipway.Training.Options;
using Slipway.Training.Randomness;
using Slipway.Training.Tests.Networks.Adapters;

namespace Slipway.Training.Tests.LoraFiles;

/// <summary>Trainings that start from LoRA files.</summary>
[Trait("Tier", "slow")]
public sealed class ContinuedNetworkTests(TinyModelFixture tiny) : IClassFixture<TinyModelFixture>, IDisposable
{
    /// <summary>A rate that moves nothing: what a training ends with is what it started with.</summary>
    private const double Still = 1e-30;

    private static readonly TrainingImage[] Images = [TinyModel.Image("1_x/a.png", "sail_kun, beach")];

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("slipway-start-");

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("lora", "no", false)]
    [InlineData("lora", "no", true)]
    [InlineData("loha", "no", true)]
    [InlineData("lokr", "out", false)]
    [InlineData("lora", "in", true)]
    public void Training_goes_on_from_the_files_values(string kind, string dora, bool dimFromWeights)
    {
        var network = new LoraOptions { NetworkDim = 3, NetworkAlpha = 2, ConvDim = 2, Adapter = new AdapterCase { Kind = kind, Dora = dora }.Options };
        var path = Write(network);
        var going = (dimFromWeights ? new LoraOptions() : network) with { Start = new() { NetworkWeights = path, DimFromWeights = dimFromWeights } };
        using var written = LoraFile.Load(tiny.Model, path);
        using var still = Train(Options(going, Still), []);
        Assert.Equal(written.Adapters.Select(module => (module.Name, module.Rank, module.Alpha)), still.Adapters.Select(module => (module.Name, module.Rank, module.Alpha)));
        Assert.All(Pairs(written, still), pair => Assert.Equal(0, Golden.MaxError(pair.First.Value.detach(), pair.Second.Value.detach())));
        using var moved = Train(Options(going, 1e-2), []);
        Assert.Contains(Pairs(written, moved), pair => Golden.MaxError(pair.First.Value.detach(), pair.Second.Value.detach()) > 1e-3);
    }

    /// <summary>Captions that are embedded once see the file's branches of the text encoders as those that are embedded every time do.</summary>
    [Fact]
    public void Text_encoders_that_are_not_trained_have_the_files_branches()
    {
        var start = new StartOptions { NetworkWeights = Write(new() { NetworkDim = 3 }), DimFromWeights = true };
        var (once, always, without) = (new List<double>(), new List<double>(), new List<double>());
        Train(Options(new() { Start = start }, Still) with { TextEncoderLr = 0 }, once).Dispose();
        Train(Options(new() { Start = start }, Still), always).Dispose();
        Train(Options(new(), Still), without).Dispose();
        Assert.Equal(always[0], once[0], 1e-6);
        Assert.True(Math.Abs(always[0] - without[0]) > 1e-4);
    }

    [Fact]
    public void What_file_and_options_do_not_have_in_common_is_named()
    {
        var path = Write(new() { NetworkDim = 3, NetworkAlpha = 2, ConvDim = 2 });
        string Problem(LoraOptions options) => Assert.Throws<InvalidDataException>(() => Train(Options(options with { Start = new() { NetworkWeights = path } }, Still), [])).Message;
        var message = Problem(new() { NetworkDim = 4, NetworkAlpha = 1, ConvDim = 2 });
        Assert.Contains("lora_te1_text_model_encoder_layers_0_self_attn_k_proj.alpha: 2 in the file, 1 in the options", message, StringComparison.Ordinal);
        Assert.Contains("_k_proj.lora_down.weight: [3, 16] in the file, [4, 16] by the options", message, StringComparison.Ordinal);
        Assert.Contains("set dim_from_weights", message, StringComparison.Ordinal);
        Assert.Matches("and [0-9]+ more$", message);
        Assert.Contains("_in_layers_2: the options give this layer no branch", Problem(new() { NetworkDim = 3, NetworkAlpha = 2 }), StringComparison.Ordinal);
        message = Problem(new() { NetworkDim = 3, NetworkAlpha = 2, ConvDim = 2, Adapter = new() { NetworkAlgo = "loha" } });
        Assert.Contains("_k_proj.hada_w1_a: not in the file", message, StringComparison.Ordinal);
        Assert.Contains("_k_proj.lora_up.weight: no part of a branch of the options' kind", message, StringComparison.Ordinal);
        Assert.Contains("which network_train_unet_only would lose", Assert.Throws<InvalidDataException>(() =>
            Train(Options(new() { NetworkTrainUnetOnly = true, Start = new() { NetworkWeights = path, DimFromWeights = true } }, Still), [])).Message, StringComparison.Ordinal);
        Assert.Contains("dim_from_weights: takes ranks from `network_weights`", Assert.Throws<ArgumentException>(() => Train(Options(new() { Start = new() { DimFromWeights = true } }, Still), [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Blocks_rates_count_for_a_network_of_a_file_too()
    {
        var start = new StartOptions { NetworkWeights = Write(new() { NetworkDim = 3 }), DimFromWeights = true };
        using var network = ContinuedNetwork.Create(tiny.Model, new() { Start = start, Blocks = new() { MidLrWeight = [1, 0.5, 1] } }, 1);
        Assert.All(network.Adapters, module => Assert.Equal(module.Name.Contains("_middle_block_1_", StringComparison.Ordinal) ? 0.5 : 1, module.LrMultiplier));
    }

    /// <summary>As if the model had been merged before; and afterwards it is as it was, to the bit.</summary>
    [Fact]
    public void Base_weights_are_part_of_the_model_while_it_is_trained()
    {
        var (first, second) = (Write(new() { NetworkDim = 3 }, seed: 1), Write(new() { NetworkDim = 2, Adapter = new() { DoraWd = true } }, seed: 2));
        var before = Weights();
        var (by, apart) = (new List<double>(), new List<double>());
        using var trained = Train(Options(new() { Start = new() { BaseWeights = [first, second], BaseWeightsMultiplier = [0.5, 1] } }, 1e-2), by);
        Assert.All(Weights(), pair => Assert.Equal(0, Golden.MaxError(pair.Value, before[pair.Key])));

        using var a = LoraFile.Load(tiny.Model, first);
        a.Multiplier = 0.5;
        using (a.Merge())
        {
            using var b = LoraFile.Load(tiny.Model, second);
            using (b.Merge())
            {
                using var expected = Train(Options(new(), 1e-2), apart);
                Assert.All(Pairs(expected, trained), pair => Assert.Equal(0, Golden.MaxError(pair.First.Value.detach(), pair.Second.Value.detach())));
            }
        }
        Assert.Equal(apart, by);
    }

    [Fact]
    public void A_file_that_does_not_fit_leaves_the_model_as_it_was()
    {
        var before = Weights();
        var other = Path.Combine(_folder.FullName, "other.safetensors");
        SafetensorsWriter.Write(other, [new("something.else", ones(1))], null);
        Assert.Throws<InvalidDataException>(() => Train(Options(new() { Start = new() { BaseWeights = [Write(new() { NetworkDim = 3 }), other] } }, Still), []));
        Assert.All(Weights(), pair => Assert.Equal(0, Golden.MaxError(pair.Value, before[pair.Key])));
    }

    [Fact]
    public void A_checkpoint_counts_for_the_files_contents_whatever_they_are_called()
    {
        var path = Write(new() { NetworkDim = 3 });
        string Identity(string file, double multiplier) => Checkpoint.Identity(Options(new() { Start = new() { BaseWeights = [file], BaseWeightsMultiplier = [multiplier] } }, Still), Images);
        var expected = Identity(path, 1);
        var copy = Path.Combine(_folder.FullName, "copy.safetensors");
        File.Copy(path, copy);
        Assert.Equal(expected, Identity(copy, 1));
        Assert.NotEqual(expected, Identity(path, 0.5));
        Assert.NotEqual(expected, Identity(Write(new() { NetworkDim = 2 }), 1));
    }

    private static TrainingOptions Options(LoraOptions network, double rate) => new() { Network = network, LearningRate = rate, MaxTrainSteps = 2 };

    private static IEnumerable<(AdapterParameter First, AdapterParameter Second)> Pairs(LoraNetwork first, LoraNetwork second) =>
        first.Adapters.Zip(second.Adapters).SelectMany(pair => pair.First.Parameters.Zip(pair.Second.Parameters));

    private Dictionary<string, Tensor> Weights() => new[] { tiny.Model.UNet.state_dict(), tiny.Model.TextEncoder1.state_dict() }
        .SelectMany((weights, i) => weights.Select(entry => KeyValuePair.Create($"{i}.{entry.Key}", entry.Value.detach().clone()))).ToDictionary(StringComparer.Ordinal);

    private LoraNetwork Train(TrainingOptions options, List<double> losses) =>
        Trainer.Run(tiny.Model, options, Images, new TrainingSinks { Metrics = [new Losses(losses)] }, TestContext.Current.CancellationToken);

    // A network with values of its own in every tensor.
    private string Write(LoraOptions options, long seed = 1)
    {
        using var network = LoraNetwork.Create(tiny.Model, options, seed);
        using (no_grad())
        {
            foreach (var parameter in network.Adapters.SelectMany(module => module.Parameters))
            {
                using var generator = new SeedStream(seed, parameter.Name).Generator();
                parameter.Value.add_(randn(parameter.Value.shape, generator: generator).mul_(0.1));
            }
        }
        var path = Path.Combine(_folder.FullName, $"{Guid.NewGuid()}.safetensors");
        LoraFile.Save(network, path, network.Metadata);
        return path;
    }

    private sealed class Losses(List<double> all) : IMetricsSink
    {
        public void Write(StepMetrics metrics) => all.Add(metrics.Loss);
    }
}
