using Slipway.Diffusion.Files;
using Slipway.Training.LoraFiles;
using Slipway.Training.Networks;
using Slipway.Training.Tests.Networks;
using Slipway.Training.Tests.Networks.Adapters;

namespace Slipway.Training.Tests.LoraFiles;

/// <summary>Files of adapters in LyCORIS' layout: keys, shapes, round trips, and files worked out by hand.</summary>
public sealed class AdapterFileTests(TinyModelFixture tiny) : IClassFixture<TinyModelFixture>, IDisposable
{
    private const string Linear = AdapterCase.Linear;
    private const string Kernel = AdapterCase.Kernel;

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("slipway-adapters-");

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Of a linear layer [256, 32] and a 3×3 convolution [32, 32], rank 2: what LyCORIS' modules of these sizes save.</summary>
    [Theory]
    [InlineData("lora", false, "alpha [], lora_down.weight [2, 32], lora_up.weight [256, 2]", "alpha [], lora_down.weight [2, 32, 3, 3], lora_up.weight [32, 2, 1, 1]")]
    [InlineData("lora", true, "alpha [], lora_down.weight [2, 32], lora_up.weight [256, 2]", "alpha [], lora_down.weight [2, 32, 1, 1], lora_mid.weight [2, 2, 3, 3], lora_up.weight [32, 2, 1, 1]")]
    [InlineData("loha", false, "alpha [], hada_w1_a [256, 2], hada_w1_b [2, 32], hada_w2_a [256, 2], hada_w2_b [2, 32]", "alpha [], hada_w1_a [32, 2], hada_w1_b [2, 288], hada_w2_a [32, 2], hada_w2_b [2, 288]")]
    [InlineData("loha", true, "alpha [], hada_w1_a [256, 2], hada_w1_b [2, 32], hada_w2_a [256, 2], hada_w2_b [2, 32]", "alpha [], hada_t1 [2, 2, 3, 3], hada_t2 [2, 2, 3, 3], hada_w1_a [2, 32], hada_w1_b [2, 32], hada_w2_a [2, 32], hada_w2_b [2, 32]")]
    [InlineData("lokr", false, "alpha [], lokr_w1 [16, 4], lokr_w2_a [16, 2], lokr_w2_b [2, 8]", "alpha [], lokr_w1 [4, 4], lokr_w2_a [8, 2], lokr_w2_b [2, 72]")]
    [InlineData("lokr", true, "alpha [], lokr_w1 [16, 4], lokr_w2_a [16, 2], lokr_w2_b [2, 8]", "alpha [], lokr_t2 [2, 2, 3, 3], lokr_w1 [4, 4], lokr_w2_a [2, 8], lokr_w2_b [2, 8]")]
    [InlineData("lokr 2", false, "alpha [], lokr_w1 [2, 2], lokr_w2_a [128, 2], lokr_w2_b [2, 16]", "alpha [], lokr_w1 [2, 2], lokr_w2_a [16, 2], lokr_w2_b [2, 144]")]
    [InlineData("lokr both", false, "alpha [], lokr_w1_a [16, 1], lokr_w1_b [1, 4], lokr_w2_a [16, 1], lokr_w2_b [1, 8]", "alpha [], lokr_w1_a [4, 1], lokr_w1_b [1, 4], lokr_w2_a [8, 1], lokr_w2_b [1, 72]")]
    [InlineData("lokr full", false, "alpha [], lokr_w1 [16, 4], lokr_w2 [16, 8]", "alpha [], lokr_w1 [4, 4], lokr_w2 [8, 8, 3, 3]")]
    public void Keys_and_shapes_are_lycoris(string kind, bool tucker, string linear, string kernel)
    {
        Assert.Equal(linear, Written(new AdapterCase { Kind = kind, UseTucker = tucker, Layer = Linear }));
        Assert.Equal(kernel, Written(new AdapterCase { Kind = kind, UseTucker = tucker, Layer = Kernel }));
    }

    [Theory]
    [InlineData(Linear, "out", "dora_scale [256, 1]")]
    [InlineData(Linear, "in", "dora_scale [1, 32]")]
    [InlineData(Kernel, "out", "dora_scale [32, 1, 1, 1]")]
    [InlineData(Kernel, "in", "dora_scale [1, 32, 1, 1]")]
    public void Magnitudes_have_the_weights_sides(string layer, string dora, string expected) =>
        Assert.Contains(expected, Written(new AdapterCase { Kind = "loha", Layer = layer, Dora = dora }), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(AdapterCase.All), MemberType = typeof(AdapterCase))]
    public void What_is_written_is_read_again(AdapterCase adapter)
    {
        using var network = new LoraNetwork([adapter.Create(tiny.Model)]);
        LoraFile.Save(network, FullName, network.Metadata);
        using var again = LoraFile.Load(tiny.Model, FullName);
        var (module, read) = (network.Adapters[0], Assert.Single(again.Adapters));
        Assert.Equal((module.Name, module.Rank, module.Alpha), (read.Name, read.Rank, read.Alpha));
        Assert.Equal(module.Parameters.Select(p => p.Name), read.Parameters.Select(p => p.Name));
        Assert.All(module.Parameters.Zip(read.Parameters), pair => Assert.Equal(0, Golden.MaxError(pair.First.Value.detach(), pair.Second.Value.detach())));
        Assert.Equal(0, Golden.MaxError(module.Delta(), read.Delta()));
    }

    /// <summary>A LoKr that decomposes nothing takes no alpha, but LyCORIS writes the rank for it.</summary>
    [Fact]
    public void A_whole_lokr_is_written_with_the_rank_for_alpha_and_computes_without()
    {
        using var module = new AdapterCase { Kind = "lokr full" }.Create(tiny.Model);
        Assert.Equal((0, 2.0), (module.Rank, module.Alpha));
    }

    /// <summary>The example of a Kronecker product in the textbooks, in the first rows and columns of a weight that is zero otherwise.</summary>
    [Fact]
    public void A_lokr_by_hand()
    {
        var (first, second) = (zeros(128, 16), tensor(new float[] { 0, 5, 6, 7 }, [2, 2]));
        first[..2, ..2] = tensor(new float[] { 1, 2, 3, 4 }, [2, 2]);
        var delta = Delta(Linear, ("lokr_w1", first), ("lokr_w2", second), ("alpha", tensor(9f)));
        Assert.Equal([0, 5, 0, 10, 6, 7, 12, 14, 0, 15, 0, 20, 18, 21, 24, 28], delta[..4, ..4].contiguous().data<float>().ToArray());
        Assert.Equal(4 * 4 - 4, delta.count_nonzero().item<long>());
    }

    /// <summary>([1 2]ᵀ[1 3] + 0) ∘ ([2 1]ᵀ[1 −1] + 0) · 3/2 = [[3, −9], [3, −9]].</summary>
    [Fact]
    public void A_loha_by_hand()
    {
        Tensor Out(float a, float b) => cat([tensor(new[] { a, 0, b, 0 }, [2, 2]), zeros(254, 2)]);
        Tensor In(float a, float b) => cat([tensor(new[] { a, b, 0, 0 }, [2, 2]), zeros(2, 30)], 1);
        var delta = Delta(Linear, ("hada_w1_a", Out(1, 2)), ("hada_w1_b", In(1, 3)), ("hada_w2_a", Out(2, 1)), ("hada_w2_b", In(1, -1)), ("alpha", tensor(3f)));
        Assert.Equal([3, -9, 3, -9], delta[..2, ..2].contiguous().data<float>().ToArray());
        Assert.Equal(4, delta.count_nonzero().item<long>());
    }

    /// <summary>One value of each core: ΔW[o, i, k, l] = Π (core[a, b, k, l] · out[a, o] · in[b, i]) over both pairs.</summary>
    [Fact]
    public void A_core_by_hand()
    {
        Tensor One(long row, long column, float value, params long[] shape)
        {
            var one = zeros(shape);
            one.select(0, row).select(0, column).copy_(shape.Length == 2 ? tensor(value) : tensor(new float[] { 0, 0, 0, 0, 0, value, 0, 0, 0 }, [3, 3]));
            return one;
        }

        var delta = Delta(Kernel, ("hada_t1", One(0, 1, 2, 2, 2, 3, 3)), ("hada_w1_a", One(0, 5, 3, 2, 32)), ("hada_w1_b", One(1, 7, 5, 2, 32)),
            ("hada_t2", One(1, 0, 7, 2, 2, 3, 3)), ("hada_w2_a", One(1, 5, 11, 2, 32)), ("hada_w2_b", One(0, 7, 13, 2, 32)), ("alpha", tensor(4f)));
        Assert.Equal(1, delta.count_nonzero().item<long>());
        Assert.Equal(2f * 3 * 5 * 7 * 11 * 13 * 2, delta[5, 7, 1, 2].item<float>());
        delta = Delta(Kernel, ("lokr_w1", One(1, 2, 3, 4, 4)), ("lokr_t2", One(0, 1, 2, 2, 2, 3, 3)), ("lokr_w2_a", One(0, 5, 5, 2, 8)), ("lokr_w2_b", One(1, 7, 7, 2, 8)), ("alpha", tensor(2f)));
        Assert.Equal(1, delta.count_nonzero().item<long>());
        Assert.Equal(2f * 3 * 5 * 7, delta[(1 * 8) + 5, (2 * 8) + 7, 1, 2].item<float>());
    }

    /// <summary>LyCORIS' two ways to write the second matrix of a convolution mean the same.</summary>
    [Fact]
    public void A_kernel_may_lie_flat_or_not()
    {
        using var module = new AdapterCase { Kind = "lokr", Layer = Kernel }.Create(tiny.Model);
        var delta = Delta(Kernel, ("lokr_w1", module.Of("lokr_w1")), ("lokr_w2_a", module.Of("lokr_w2_a")), ("lokr_w2_b", module.Of("lokr_w2_b").reshape(2, 8, 3, 3)), ("alpha", tensor(1.5f)));
        Assert.Equal(0, Golden.MaxError(delta, module.Delta()));
    }

    [Fact]
    public void Tensors_that_miss_that_do_not_fit_or_that_do_not_go_together_are_named()
    {
        var message = Problem((Linear + ".hada_w1_a", ones(256, 2)), (Linear + ".hada_w1_b", ones(2, 32)), (Linear + ".hada_w2_b", ones(2, 32)), (Kernel + ".hada_t1", ones(2, 2, 3, 3)));
        Assert.Contains($"{Linear}.hada_w2_a: missing", message, StringComparison.Ordinal);
        Assert.Contains($"{Kernel}.hada_w1_a: missing; {Kernel}.hada_w1_b: missing; {Kernel}.hada_w2_a: missing; {Kernel}.hada_w2_b: missing; {Kernel}.hada_t2: missing", message, StringComparison.Ordinal);
        message = Problem((Linear + ".lokr_w1", ones(3, 4)), (Linear + ".lokr_w2", ones(16, 8)));
        Assert.Contains($"{Linear}.lokr_w1: [3, 4] does not divide the layer's weight [256, 32]", message, StringComparison.Ordinal);
        message = Problem((Linear + ".lokr_w1", ones(16, 4)), (Linear + ".lokr_w2_a", ones(16, 2)), (Linear + ".lokr_w2_b", ones(2, 9)));
        Assert.Contains($"{Linear}.lokr_w2_b: expected [2, 8], found [2, 9]", message, StringComparison.Ordinal);
        message = Problem((Linear + ".lokr_w1", ones(16, 4)), (Linear + ".lokr_w2", ones(16, 8)), (Linear + ".lora_up.weight", ones(256, 2)));
        Assert.Contains($"{Linear}.lora_up.weight: does not go with lokr_w1", message, StringComparison.Ordinal);
    }

    private string FullName => Path.Combine(_folder.FullName, "x.safetensors");

    private string Written(AdapterCase adapter)
    {
        using var network = new LoraNetwork([adapter.Create(tiny.Model)]);
        LoraFile.Save(network, FullName, network.Metadata);
        using var file = SafetensorsFile.Open(FullName);
        return string.Join(", ", file.Tensors.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => $"{t.Key[(adapter.Layer.Length + 1)..]} [{string.Join(", ", t.Value.Shape)}]"));
    }

    private Tensor Delta(string layer, params (string Name, Tensor Values)[] tensors)
    {
        SafetensorsWriter.Write(FullName, tensors.Select(t => KeyValuePair.Create($"{layer}.{t.Name}", t.Values.detach())), null);
        using var network = LoraFile.Load(tiny.Model, FullName);
        return Assert.Single(network.Adapters).Delta();
    }

    private string Problem(params (string Name, Tensor Values)[] tensors)
    {
        SafetensorsWriter.Write(FullName, tensors.Select(t => KeyValuePair.Create(t.Name, t.Values)), null);
        return Assert.Throws<InvalidDataException>(() => LoraFile.Load(tiny.Model, FullName)).Message;
    }
}
