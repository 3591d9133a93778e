using Slipway.Training.LoraFiles;
using Slipway.Training.Networks;

namespace Slipway.Training.Tests.Networks.Adapters;

/// <summary>Merges of networks of every kind, by the change of the weights.</summary>
public sealed class AdapterMergeTests(TinyModelFixture tiny) : IClassFixture<TinyModelFixture>, IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(AdapterCase.Linear)]
    [InlineData(AdapterCase.Kernel)]
    public void A_weighted_sum_of_different_kinds_is_the_sum_of_their_changes(string layer)
    {
        using var inference = no_grad();
        var networks = new[] { ("lora", "no"), ("loha", "no"), ("lokr", "no"), ("lora", "out") }
            .Select(kind => new LoraNetwork([new AdapterCase { Kind = kind.Item1, Dora = kind.Item2, Layer = layer }.Create(tiny.Model)])).ToList();
        double[] weights = [0.5, -0.25, 0.75, 0.3];
        foreach (var (network, weight) in networks.Zip(weights))
            network.Multiplier = weight;
        var target = networks[0].Modules[0].Target;
        var before = target.Weight.detach().clone();
        var sum = networks.Select(network => network.Modules[0].Delta()).Aggregate((a, b) => a + b);

        using (LoraMerge.IntoModel(networks))
            Assert.InRange(Golden.RelativeError(target.Weight.detach() - before, sum), 0, 1e-5);
        Assert.Equal(0, Golden.MaxError(target.Weight.detach(), before));

        using var whole = LoraMerge.Decompose(networks, new LowRankOptions { Dim = 512, ClampQuantile = null });
        Assert.InRange(Golden.RelativeError(Assert.Single(whole.Modules).Delta(), sum), 0, 1e-5);
        Assert.Contains("decompose the sum instead", Assert.Throws<ArgumentException>(() => LoraMerge.Concatenate(networks)).Message, StringComparison.Ordinal);
        networks.ForEach(network => network.Dispose());
    }

    /// <summary>A core is multiplied into down: the concatenated sum is exact for LoCon in Tucker's form too.</summary>
    [Fact]
    public void Locons_in_tuckers_form_are_concatenated()
    {
        using var a = new LoraNetwork([new AdapterCase { UseTucker = true, Layer = AdapterCase.Kernel }.Create(tiny.Model)]);
        using var b = new LoraNetwork([new AdapterCase { Layer = AdapterCase.Kernel }.Create(tiny.Model)]);
        (a.Multiplier, b.Multiplier) = (0.5, -2);
        using var sum = LoraMerge.Concatenate(a, b);
        Assert.InRange(Golden.RelativeError(Assert.Single(sum.Modules).Delta(), a.Modules[0].Delta() + b.Modules[0].Delta()), 0, 1e-5);
    }
}
