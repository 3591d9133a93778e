using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Memory;
using Slipway.Diffusion.Model;
using Slipway.Diffusion.Sampling;
using Slipway.Testing;
using Slipway.Training.Loop;
using Slipway.Training.Memory;
using Slipway.Training.Networks;
using Slipway.Training.Options;

namespace Slipway.Training.Tests.Loop;

/// <summary>Text encoders and autoencoder are away while nobody needs them, and what comes out has the same bits.</summary>
[Trait("Tier", "slow")] // They train, or draw again and again.
public sealed class ReleasedPartsTests : IDisposable
{
    private static readonly SamplingRequest[] Requests = [new("sail_kun, beach", "city", 1, 16, 16), new("sail_kun", "", 2, 16, 16)];

    private const int Steps = 3;

    private readonly TemporaryFolder _folder = new();

    public ReleasedPartsTests() => TinyModel.WriteWide(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Away_in_the_steps_of_a_training_and_back_when_they_are_needed(bool trainsText)
    {
        using var model = Load(least: 0);
        using var whole = Load(least: long.MaxValue);
        Assert.Equal(Train(whole, trainsText, () => { }), Train(model, trainsText, () => Assert.Equal((!trainsText, true), (IsAway(model.TextEncoder1) && IsAway(model.TextEncoder2), IsAway(model.Vae)))));
        Assert.False(IsAway(whole.TextEncoder1) || IsAway(whole.Vae) || IsAway(model.UNet));
        Assert.Equal(Draw(whole), Draw(model));
        Assert.True(IsAway(model.TextEncoder1));
        AssertEqual(whole, model);
    }

    /// <summary>On a card that has less left than a picture's decoding needs, and on the CPU, where nobody has told what is left. All pictures are denoised before, so that it goes and comes once.</summary>
    [Theory]
    [InlineData(0L, true)]
    [InlineData(1L << 40, false)]
    [InlineData(null, true)]
    public void The_UNet_is_away_while_pictures_are_decoded_where_memory_may_be_short(long? free, bool leaves)
    {
        using var model = Load(least: 0);
        using var whole = Load(least: long.MaxValue);
        model.FreeBesideWeights = free;
        var seen = new List<bool>();
        var decoder = (nn.Module<Tensor, Tensor>)model.Vae.named_children().First(child => child.name == "decoder").module;
        decoder.register_forward_hook((_, _, output) =>
        {
            seen.Add(IsAway(model.UNet));
            return output;
        });
        var requests = Requests.Append(Requests[0] with { Width = 32, Seed = 3 }).ToArray();
        Assert.Equal(Draw(whole, requests), Draw(model, requests));
        Assert.Equal([leaves, leaves], seen);
        AssertEqual(whole, model);
    }

    /// <summary>What is in the files then is not what a part computes with: the LoRAs, one of them a DoRA, are put into what was read. Bits are those of parts that never left.</summary>
    [Fact]
    public void A_part_with_LoRAs_in_its_weights_comes_back_with_them()
    {
        using var scope = NewDisposeScope();
        using var model = Load(least: 0);
        using var whole = Load(least: long.MaxValue);
        IReadOnlyList<byte[]> DrawMerged(SdxlModel drawn)
        {
            drawn.ReleaseTextEncoders();
            using var plain = Network(drawn, isDora: false);
            using var dora = Network(drawn, isDora: true);
            using var merge = new LoraMerge();
            merge.Add(plain);
            merge.Add(dora);
            List<byte[]> drawings = [.. Draw(drawn)];
            Assert.Equal(drawn == model, IsAway(drawn.TextEncoder1));
            drawings.AddRange(Draw(drawn));
            // Of encoders that are away it is taken out when they come back.
            merge.RemoveLast();
            Assert.Equal(drawn == model, IsAway(drawn.TextEncoder1));
            return [.. drawings, .. Draw(drawn)];
        }

        var pictures = DrawMerged(whole);
        Assert.NotEqual(pictures[0], Draw(whole)[0]);
        Assert.NotEqual(pictures[0], pictures[4]);
        Assert.Equal(pictures, DrawMerged(model));
        Assert.Equal(Draw(whole), Draw(model));
        AssertEqual(whole, model);
    }

    private static LoraNetwork Network(SdxlModel model, bool isDora)
    {
        var network = LoraNetwork.Create(model, new() { NetworkDim = 2, Adapter = new() { DoraWd = isDora } }, 1);
        using var inference = no_grad();
        foreach (var parameter in network.Adapters.SelectMany(module => module.Parameters))
            parameter.Value.add_(0.05);
        return network;
    }

    /// <summary>The model's own files hold another one.</summary>
    [Fact]
    public void An_autoencoder_of_a_file_of_its_own_stays()
    {
        using var model = SdxlCheckpoint.Load(_folder.Path, CPU, ScalarType.Float32, overrides: new ModelOverrides { Vae = _folder["vae/diffusion_pytorch_model.safetensors"] });
        model.LeastReleased = 0;
        model.ReleaseVae();
        model.ReleaseTextEncoders();
        Assert.Equal((false, true), (IsAway(model.Vae), IsAway(model.TextEncoder1)));
    }

    /// <summary>
    /// What the steps of a training need less, by the kernel's own measure, is what the estimate says of the parts that are away: 98 MiB, within a tenth.
    /// </summary>
    [Fact]
    public async Task Steps_need_less_by_the_parts_that_are_away()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads a process's peak memory from /proc.");
        if (OwnProcess.IsThis)
            MeasureSteps();
        else
            await OwnProcess.RunAsync(typeof(ReleasedPartsTests));
    }

    private void MeasureSteps()
    {
        TinyModel.WriteWide(_folder.Path, TinyModel.Text with { IntermediateSize = 65_536, NumHiddenLayers = 6 });
        PeakInSteps(long.MaxValue); // What is made once is there before.
        var (away, there) = (PeakInSteps(0), PeakInSteps(long.MaxValue));
        using var model = Load(long.MaxValue);
        var estimate = MemoryEstimate.ForTraining(model, Options(trainsText: false), 16, 16);
        Assert.False(estimate.KeepsTextEncoders || estimate.KeepsAutoencoder);
        Assert.InRange((there - away) / (double)(estimate.TextEncoders + estimate.Autoencoder), 0.9, 1.1);
    }

    /// <summary>
    /// Weights in pieces so small that the C library does not ask the system for each, with others behind them that stay: by itself it keeps all of their room. As the
    /// kernel counts, what has gone is no memory of the process any more: 48 MiB of text encoders, and three of four bytes of each of the UNet's layers, within a tenth.
    /// </summary>
    [Fact]
    public async Task What_has_left_is_no_memory_of_the_process_any_more()
    {
        Assert.SkipUnless(NativeHeap.IsKnown, "The C library is another.");
        if (OwnProcess.IsThis)
            MeasureWhatLeft();
        else
            await OwnProcess.RunAsync(typeof(ReleasedPartsTests));
    }

    private void MeasureWhatLeft()
    {
        TinyModel.WriteWide(_folder.Path, TinyModel.Text with { IntermediateSize = 8192, NumHiddenLayers = 24 });
        using var model = Load(least: 0);
        using var staying = NewDisposeScope();
        for (var piece = 0; piece < 16; piece++)
            ones(1 << 17);
        var text = new nn.Module[] { model.TextEncoder1, model.TextEncoder2 }.SelectMany(part => part.parameters()).Sum(weight => weight.numel() * sizeof(float));
        Assert.InRange(Freed(model.ReleaseTextEncoders) / (double)text, 0.9, 1.1);

        FrozenWeights? frozen = null;
        Assert.InRange(Freed(() => frozen = new FrozenWeights(model, inEightBits: true)) / (double)(FrozenWeights.Count(model.UNet) * (sizeof(float) - 1)), 0.9, 1.1);
        frozen!.Dispose();
    }

    private static long Freed(Action act)
    {
        FreedMemory.Return();
        var before = ResidentMemory.Bytes();
        act();
        return before - ResidentMemory.Bytes();
    }

    private long PeakInSteps(long least)
    {
        using var model = Load(least);
        var steps = 0;
        Train(model, trainsText: false, () =>
        {
            if (++steps == Steps)
                return;
            FreedMemory.Return();
            PeakMemory.Forget();
        });
        // The peak since before the last step.
        return PeakMemory.Bytes();
    }

    private static IReadOnlyList<byte[]> Draw(SdxlModel model, IReadOnlyList<SamplingRequest>? requests = null) => new TextToImage(model).Generate(requests ?? Requests, new SamplingOptions("Euler a", 2, 2), cancel: TestContext.Current.CancellationToken);

    private static List<double> Train(SdxlModel model, bool trainsText, Action afterStep)
    {
        var losses = new List<double>();
        var options = Options(trainsText);
        var sinks = new TrainingSinks
        {
            Progress = progress =>
            {
                losses.Add(progress.Metrics.Loss);
                afterStep();
            },
        };
        Trainer.Run(model, options, [TinyModel.Image("a", "sail_kun"), TinyModel.Image("b", "sail_kun, sea")], sinks, TestContext.Current.CancellationToken).Dispose();
        return losses;
    }

    private static TrainingOptions Options(bool trainsText) => new() { Network = new() { NetworkDim = 2 }, TextEncoderLr = trainsText ? 1e-3 : 0, MaxTrainSteps = Steps };

    private SdxlModel Load(long least)
    {
        var model = SdxlCheckpoint.Load(_folder.Path, CPU, ScalarType.Float32);
        model.LeastReleased = least;
        return model;
    }

    private static bool IsAway(nn.Module part) => part.parameters().First().is_meta;

    private static void AssertEqual(SdxlModel expected, SdxlModel actual)
    {
        actual.RequireTextEncoders();
        actual.RequireVae();
        foreach (var (first, second) in new (nn.Module, nn.Module)[] { (expected.TextEncoder1, actual.TextEncoder1), (expected.TextEncoder2, actual.TextEncoder2), (expected.Vae, actual.Vae), (expected.UNet, actual.UNet) })
            Assert.All(first.parameters().Zip(second.parameters()), pair => Assert.True(pair.First.equal(pair.Second).all().item<bool>()));
    }
}
