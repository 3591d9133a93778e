using static TorchSharp.torch;

namespace Slipway.Demo.Learning;

/// <summary>
/// Exponential moving average of a module's weights; its decay grows with the steps, so that the first ones do
/// not linger: min(decay, (1 + n) / (10 + n)).
/// </summary>
internal sealed class WeightAverage : IDisposable
{
    private readonly double _decay;
    private readonly List<(Tensor Live, Tensor Average)> _pairs;
    private int _steps;

    public WeightAverage(IEnumerable<nn.Module> modules, double decay)
    {
        _decay = decay;
        _pairs = [.. modules.SelectMany(module => module.parameters())
            .Select(live => ((Tensor)live, live.detach().clone().DetachFromDisposeScope()))];
    }

    public void Update()
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var weight = 1 - Math.Min(_decay, (1.0 + _steps) / (10.0 + _steps));
        foreach (var (live, average) in _pairs)
            average.lerp_(live, weight);

        _steps++;
    }

    /// <summary>Exchanges live and averaged weights; a second call exchanges them back.</summary>
    public void Swap()
    {
        using var noGrad = no_grad();
        foreach (var (live, average) in _pairs)
        {
            using var copy = live.detach().clone();
            live.copy_(average);
            average.copy_(copy);
        }
    }

    public void Dispose() => _pairs.ForEach(pair => pair.Average.Dispose());
}
