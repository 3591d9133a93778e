using Slipway.Training.Networks.Adapters;
using Slipway.Training.Optimizers;
using Slipway.Training.Options;

namespace Slipway.Training.Tests.Optimizers;

/// <summary>AdamW with moments of a byte each, against what its paper says and against AdamW itself.</summary>
public sealed class AdamW8bitTests : IDisposable
{
    private const int Count = 3000;
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    /// <summary>
    /// Section 2.2 of the paper: the byte's leading zeros are a power of ten, what is left of it counts linearly; bitsandbytes' map begins with
    /// these numbers, and its test of the smallest and largest holds them too.
    /// </summary>
    [Fact]
    public void The_map_is_the_papers()
    {
        Are([-0.9929688, -0.9789063, -0.9648438, -0.9507813], DynamicMap.Signed[..4]);
        Are([-5.5e-7, 0, 5.5e-7, 3.25e-6, 7.75e-6], DynamicMap.Signed[126..131]);
        Are([0, 3.25e-7, 7.75e-7, 2.125e-6], DynamicMap.Unsigned[..4]);
        Are([0.9894531, 0.9964844, 1], DynamicMap.Unsigned[^3..]);
        foreach (var map in new[] { DynamicMap.Signed, DynamicMap.Unsigned })
            Assert.Equal(256, map.Order().Distinct().Count());

        // To the digits that are written here.
        static void Are(double[] expected, float[] actual) => Assert.Equal(expected, actual.Select(value => (double)value), (a, b) => Math.Abs(a - b) <= 1e-7 * Math.Abs(a));
    }

    /// <summary>
    /// All 256 numbers as bitsandbytes computes them in f32: a power has the middles between points evenly spaced from 0.1 to 1, 2ⁱ + 1 of them with a sign and
    /// 2ⁱ⁺¹ + 1 without, times 10ⁱ⁻⁶; and 0 and 1. Each is rounded three times on its way there.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_map_is_that_of_bitsandbytes(bool isSigned)
    {
        var numbers = Enumerable.Range(0, 7).SelectMany(power =>
        {
            var points = linspace(0.1, 1, (isSigned ? 1 << power : 2 << power) + 1, ScalarType.Float32);
            var count = points.shape[0] - 1;
            var values = (points.narrow(0, 0, count) + points.narrow(0, 1, count)).div(2).mul(Math.Pow(10, power - 6)).data<float>().ToArray();
            return isSigned ? [.. values, .. values.Select(value => -value)] : values;
        }).Append(0).Append(1).Order().ToArray();

        Assert.Equal(256, numbers.Length);
        Assert.Equal(numbers, isSigned ? DynamicMap.Signed : DynamicMap.Unsigned, (a, b) => Math.Abs(a - b) <= 3 * 6e-8 * Math.Abs(a));
    }

    /// <summary>Of 256 values between a tenth of the largest and the largest, each is kept to half of a 64th of nine tenths of it.</summary>
    [Fact]
    public void What_is_kept_is_the_nearest()
    {
        using var kept = new BlockQuantized(512, DynamicMap.Signed, CPU);
        using var generator = new Generator(1);
        var values = rand([2, 256], generator: generator).mul(0.9).add(0.1).mul(tensor(new[] { 3f, 1e-6f }).unsqueeze(1));
        kept.Write(0, values);
        var errors = (kept.Read(0, 2) - values).abs() / values.amax([1], keepdim: true);
        Assert.InRange(errors.max().item<float>(), 1e-3, 0.9 / 64 / 2 * 1.001);
    }

    [Fact]
    public void An_outlier_costs_its_own_block_alone()
    {
        using var kept = new BlockQuantized(512, DynamicMap.Signed, CPU);
        var values = full([2, 256], 0.01f);
        values[0, 7] = 1000;
        kept.Write(0, values);
        var found = kept.Read(0, 2);
        Assert.Equal(1000, found[0, 7].item<float>());
        Assert.Equal(0.01f, found[1].min().item<float>());
        Assert.NotEqual(0.01f, found[0].min().item<float>());
    }

    [Fact]
    public void What_was_kept_is_kept_again_as_it_is()
    {
        using var kept = new BlockQuantized(Count, DynamicMap.Unsigned, CPU);
        using var generator = new Generator(2);
        var blocks = BlockQuantized.Blocks(Count);
        kept.Write(0, randn([blocks, 256], generator: generator).square());
        var (codes, values) = (kept.Codes.clone(), kept.Read(0, blocks));
        kept.Write(0, values);
        Assert.True(codes.equal(kept.Codes).all().item<bool>());
    }

    /// <summary>
    /// 200 steps towards a minimum, with gradients of several sizes and noise. The distance between the two ends, as a share of the way, is what the paper's
    /// block-wise dynamic quantisation costs: 2.7 % are seen.
    /// </summary>
    [Fact]
    public void It_takes_the_way_of_AdamW()
    {
        var (whole, eight) = (Walk(parameters => new AdamW(parameters, new AdamWOptions())), Walk(parameters => new AdamW8bit(parameters, new AdamWOptions())));
        var way = (whole - Start()).norm().item<float>();
        var distance = (whole - eight).norm().item<float>() / way;
        TestContext.Current.SendDiagnosticMessage($"distance {distance:P3} of the way");
        Assert.InRange(distance, 1e-5, 0.04);
    }

    [Fact]
    public void Its_state_is_a_quarter_of_AdamWs_and_all_that_it_needs_to_go_on()
    {
        using var first = Parameters();
        using var optimizer = new AdamW8bit(first, new AdamWOptions());
        Take(optimizer, first, 0, 5);
        var state = optimizer.State().ToDictionary(pair => pair.Key, pair => pair.Value.clone(), StringComparer.Ordinal);
        Assert.InRange(state.Values.Sum(part => part.numel() * part.element_size()), 2 * Count, 2.2 * Count);
        using var second = Parameters();
        second.Values.copy_(first.Values);
        using var resumed = new AdamW8bit(second, new AdamWOptions());
        resumed.Restore(state);
        Take(optimizer, first, 5, 10);
        Take(resumed, second, 5, 10);
        Assert.Equal(first.Values.data<float>().ToArray(), second.Values.data<float>().ToArray());
    }

    /// <summary>Two groups whose border lies within a block, each with a rate of its own: at 0 nothing moves.</summary>
    [Fact]
    public void Each_group_has_its_rate()
    {
        using var parameters = Parameters();
        using var optimizer = new AdamW8bit(parameters, new AdamWOptions());
        parameters.Gradients.fill_(1);
        optimizer.Step([0, 0.5]);
        var moved = parameters.Values - Start();
        Assert.Equal(0, moved[..1000].abs().max().item<float>());
        Assert.True(moved[1000..].abs().min().item<float>() > 0.4);
    }

    private static Tensor Walk(Func<FlatParameters, IOptimizer> create)
    {
        using var parameters = Parameters();
        using var optimizer = create(parameters);
        Take(optimizer, parameters, 0, 200);
        return parameters.Values.clone();
    }

    private static void Take(IOptimizer optimizer, FlatParameters parameters, int from, int to)
    {
        var sizes = linspace(-6, 0, Count).exp();
        for (var step = from; step < to; step++)
        {
            using var scope = NewDisposeScope();
            using var generator = new Generator((ulong)step);
            parameters.Gradients.copy_((parameters.Values + randn(Count, generator: generator).mul(0.3)) * sizes);
            optimizer.Step([1e-2, 1e-2]);
        }
    }

    private static Tensor Start()
    {
        using var generator = new Generator(7);
        return randn(Count, generator: generator);
    }

    private static FlatParameters Parameters()
    {
        using var scope = NewDisposeScope();
        var start = Start();
        var parts = new[] { start[..1000], start[1000..] }.Select(values => new AdapterParameter("p", values)).ToArray();
        return new FlatParameters([new ParameterGroup(LoraGroup.TextEncoder, 1, parts[..1]), new ParameterGroup(LoraGroup.UNet, 1, parts[1..])]);
    }
}
