using Slipway.Training.Networks.Adapters;
using Slipway.Training.Options;
using Slipway.Training.Randomness;
using static TorchSharp.torch;

namespace Slipway.Training.Networks;

/// <summary>Draws the tensors of a new branch, which changes nothing yet.</summary>
/// <param name="options">What it is made of.</param>
/// <param name="seed">Each branch is drawn from a stream of its own, named after its layer.</param>
internal sealed class NewAdapter(AdapterOptions options, long seed)
{
    /// <summary>A branch with a rank and an alpha; a LoKr that decomposes nothing gets the rank for alpha, as LyCORIS writes it.</summary>
    /// <param name="target">The layer.</param>
    /// <param name="rank">The branch's rank.</param>
    /// <param name="alpha">0 means the rank.</param>
    /// <param name="lrMultiplier">See <see cref="Adapter.LrMultiplier"/>.</param>
    public Adapter Create(LoraTarget target, int rank, double alpha, double lrMultiplier = 1)
    {
        using var scope = NewDisposeScope();
        var values = Draw(new AdaptedLayer(target), rank);
        return new Adapter(target, KroneckerChange.IsWhole(values) ? rank : alpha, _ => values) { LrMultiplier = lrMultiplier };
    }

    private IReadOnlyDictionary<string, Tensor> Draw(AdaptedLayer layer, int rank)
    {
        using var generator = new SeedStream(seed, Purpose + layer.Name).Generator();
        var values = options.Algorithm switch
        {
            AdapterAlgorithm.Loha => HadamardChange.Initial(layer, rank, options.UseTucker, generator),
            AdapterAlgorithm.Lokr => KroneckerChange.Initial(layer, rank, options.UseTucker, options.Kronecker, generator),
            _ => LowRankChange.Initial(layer, rank, options.UseTucker, generator),
        };
        return options.DoraWd ? new Dictionary<string, Tensor>(values, StringComparer.Ordinal) { [DoraMagnitude.Name] = DoraMagnitude.Initial(layer, options.WdOnOutput) } : values;
    }

    private string Purpose => options.Algorithm switch
    {
        AdapterAlgorithm.Loha => "hada:",
        AdapterAlgorithm.Lokr => "lokr:",
        _ => "lora_down:",
    };
}
