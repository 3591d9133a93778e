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
        var target = networks[0].Adapters[0].Target;
        var before = target.Weight.detach().clone();
        var sum = networks.Select(network => network.Adapters[0].Delta()).Aggregate((a, b) => a + b);

        using (LoraMerge.IntoModel(networks))
            Assert.InRange(Golden.RelativeError(target.Weight.detach() - before, sum), 0, 1e-5);
        Assert.Equal(0, Golden.MaxError(target.Weight.detach(), before));
        networks.ForEach(network => network.Dispose());
    }
}
