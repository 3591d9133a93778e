using Slipway.Training.Networks.Adapters;
using Slipway.Training.Options;

namespace Slipway.Training.Memory;

/// <summary>How many values a training's network has, without making it.</summary>
/// <param name="options">The network's options.</param>
internal sealed class AdapterSize(LoraOptions options)
{
    /// <summary>Of one layer; LoKr's within a few per cent: of its larger matrix whichever of whole and decomposed is less.</summary>
    public long CountValues(LoraTarget target)
    {
        var shape = target.Weight.shape;
        var (outputs, inputs) = (shape[0], shape[1..].Aggregate(1L, (a, b) => a * b));
        var rank = target.IsSpatial ? options.ConvDim ?? options.NetworkDim : options.NetworkDim;
        var values = options.Adapter.Algorithm switch
        {
            AdapterAlgorithm.Loha => 2 * rank * (outputs + inputs),
            AdapterAlgorithm.Lokr => CountKronecker((int)outputs, (int)inputs, rank),
            _ => rank * (outputs + inputs),
        };
        return values + (options.Adapter.DoraWd ? (options.Adapter.WdOnOutput ? outputs : shape[1]) : 0);
    }

    private long CountKronecker(int outputs, int inputs, int rank)
    {
        var factor = options.Adapter.Kronecker.Factor;
        var ((smallOut, largeOut), (smallIn, largeIn)) = (Factorization.Of(outputs, factor), Factorization.Of(inputs, factor));
        var whole = (long)largeOut * largeIn;
        return ((long)smallOut * smallIn) + (options.Adapter.Kronecker.FullMatrix ? whole : Math.Min(whole, (long)rank * (largeOut + largeIn)));
    }
}
