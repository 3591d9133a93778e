using Slipway.Diffusion.Modules;
using Slipway.Training.Networks;
using Slipway.Training.Networks.Adapters;
using Slipway.Training.Options;

namespace Slipway.Training.Tests.Networks.Adapters;

/// <summary>Masks of a branch whose output is what lies between down and up, seen one by one.</summary>
public sealed class BranchDropoutTests : IDisposable
{
    private const int Rank = 16;
    private const double Chance = 0.25;

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Network_dropout_leaves_single_values_out_and_enlarges_the_rest()
    {
        var kept = Kept(new() { NetworkDropout = Chance }, microBatch: 3);
        RequireChance(kept);
        // Neither whole ranks nor whole positions go.
        Assert.All(new long[] { 0, 1, 2 }, side => Assert.InRange(kept.gt(0).any(side).to(ScalarType.Float32).mean().item<float>(), 0.9, 1));
    }

    [Fact]
    public void Rank_dropout_leaves_ranks_of_single_samples_out_and_enlarges_the_rest()
    {
        var kept = Kept(new() { RankDropout = Chance }, microBatch: 3);
        RequireChance(kept);
        Assert.Equal(0, Golden.MaxError(kept, kept[.., ..1, ..].expand(kept.shape)));
        Assert.False(kept[0].equal(kept[1]).all().item<bool>());
    }

    [Fact]
    public void Ranks_of_a_convolution_are_channels()
    {
        var kept = Kept(new() { RankDropout = Chance }, microBatch: 3, convolution: true);
        RequireChance(kept);
        Assert.Equal(0, Golden.MaxError(kept, kept[.., .., ..1, ..1].expand(kept.shape)));
    }

    [Fact]
    public void Both_at_once_multiply()
    {
        var kept = Kept(new() { NetworkDropout = Chance, RankDropout = Chance }, microBatch: 3);
        var expected = Kept(new() { NetworkDropout = Chance }, microBatch: 3) * Kept(new() { RankDropout = Chance }, microBatch: 3);
        Assert.InRange(Golden.RelativeError(kept, expected), 0, 1e-6);
    }

    [Fact]
    public void Module_dropout_leaves_a_branch_out_in_its_share_of_micro_batches_and_enlarges_nothing()
    {
        var kept = Enumerable.Range(0, 400).Select(number => Kept(new() { ModuleDropout = Chance }, number)).ToList();
        Assert.All(kept, values => Assert.True(values.eq(0).all().item<bool>() || Golden.MaxError(values, ones_like(values)) < 1e-5));
        // 400 draws: the deviation of the share is 0.022.
        Assert.InRange(kept.Count(values => values.eq(0).all().item<bool>()) / 400.0, Chance - 0.1, Chance + 0.1);
    }

    [Fact]
    public void Masks_follow_from_seed_layer_and_micro_batch_alone()
    {
        var options = new DropoutOptions { NetworkDropout = Chance };
        var mask = Kept(options, 3);
        Assert.Equal(0, Golden.MaxError(mask, Kept(options, 3)));
        Assert.True(Golden.MaxError(mask, Kept(options, 4)) > 1);
        Assert.True(Golden.MaxError(mask, Kept(options, 3, seed: 2)) > 1);
        Assert.True(Golden.MaxError(mask, Kept(options, 3, name: "lora_unet_y")) > 1);
    }

    [Fact]
    public void Outside_a_micro_batch_nothing_is_left_out()
    {
        var options = new DropoutOptions { NetworkDropout = Chance, RankDropout = Chance, ModuleDropout = 0.9 };
        Assert.InRange(Golden.MaxError(Kept(options, microBatch: null), ones(8, 32, Rank)), 0, 1e-5);
    }

    /// <summary>LoHa and LoKr have no values between down and up: outputs are left out.</summary>
    [Theory]
    [InlineData("loha")]
    [InlineData("lokr")]
    public void Of_other_kinds_outputs_are_left_out(string kind)
    {
        using var model = TinyModel.Create();
        using var inference = no_grad();
        using var module = new AdapterCase { Kind = kind }.Create(model);
        using var network = new LoraNetwork([module]);
        var input = AdapterCase.Input(module.Target);
        var plain = Added(network, module, input);
        network.UseDropout(new() { RankDropout = Chance }, 1);
        network.BeginMicroBatch(0);
        var share = Added(network, module, input) / plain;
        Assert.Equal(0, Golden.MaxError(share.gt(0.5).to(ScalarType.Float32), share[.., ..1, ..].gt(0.5).to(ScalarType.Float32).expand(share.shape)));
        Assert.InRange(share.gt(0.5).to(ScalarType.Float32).mean().item<float>(), 0.65, 0.85);
        Assert.InRange(share.masked_select(share.gt(0.5)).mean().item<float>(), 1.32, 1.35);
    }

    [Fact]
    public void Chances_that_leave_nothing_are_refused() =>
        Assert.Equal(["network_dropout", "rank_dropout", "module_dropout"], DropoutOptions.Declared.Problems(new() { NetworkDropout = 1, RankDropout = -0.1, ModuleDropout = double.NaN }).Select(problem => problem.Option));

    private static Tensor Added(LoraNetwork network, Adapter module, Tensor input)
    {
        var layer = module.Target.Layer;
        var before = layer.call(input);
        network.Attach();
        var after = layer.call(input);
        network.Detach();
        return after - before;
    }

    // What is left of each value between down and up, which without dropout is 1: down copies the input, up copies its ranks.
    private static Tensor Kept(DropoutOptions options, long? microBatch, long seed = 1, string name = "lora_unet_x", bool convolution = false)
    {
        using var inference = no_grad();
        WeightedLayer layer = convolution ? new ConvolutionLayer(Rank, Rank, (1, 1), hasBias: false) : new LinearLayer(Rank, Rank, hasBias: false);
        WeightSlots.Initialise(layer);
        var target = new LoraTarget(name, "unet.x", layer, LoraGroup.UNet, IsReached: true);
        target.Weight.zero_();
        var unit = convolution ? eye(Rank).reshape(Rank, Rank, 1, 1) : eye(Rank);
        using var network = new LoraNetwork([new Adapter(target, Rank, unit, unit)]);
        network.UseDropout(options, seed);
        if (microBatch is { } number)
            network.BeginMicroBatch(number);
        network.Attach();
        return layer.call(convolution ? ones(8, Rank, 4, 8) : ones(8, 32, Rank));
    }

    // 4096 single values, or 128 ranks of samples: a share deviates by 0.007 or 0.04.
    private static void RequireChance(Tensor kept)
    {
        Assert.True(kept.eq(0).logical_or((kept - (1 / (1 - Chance))).abs().lt(1e-5)).all().item<bool>());
        Assert.InRange(kept.eq(0).to(ScalarType.Float32).mean().item<float>(), Chance - 0.12, Chance + 0.12);
    }
}
