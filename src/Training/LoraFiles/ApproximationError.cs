using System.Globalization;

namespace Slipway.Training.LoraFiles;

/// <summary>
/// How far stored changes of weights are from those asked for, in Frobenius norms relative to the latter, measured on the
/// values as they are stored.
/// </summary>
/// <param name="Worst">Of the layer that has lost most; <paramref name="WorstLayer"/> names it.</param>
/// <param name="WorstLayer">The name of the layer that has lost most.</param>
/// <param name="Mean">Mean over the layers.</param>
/// <param name="Overall">The error of all layers as one vector.</param>
public sealed record ApproximationError(double Worst, string WorstLayer, double Mean, double Overall)
{
    /// <summary>For people: <c>relative error 0.12 overall, 0.11 in the mean, 0.31 at worst (lora_unet_…)</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"relative error {Overall:G3} overall, {Mean:G3} in the mean of the layers, {Worst:G3} at worst ({WorstLayer})");

    /// <summary>The figures of a file from its layers' errors and norms.</summary>
    internal static ApproximationError FromLayers(IReadOnlyCollection<(string Layer, double Error, double Norm)> layers)
    {
        var relative = layers.Select(layer => (layer.Layer, Error: layer.Norm == 0 ? 0 : layer.Error / layer.Norm)).ToList();
        var worst = relative.MaxBy(layer => layer.Error);
        var all = Math.Sqrt(layers.Sum(layer => layer.Norm * layer.Norm));
        return new ApproximationError(
            worst.Error,
            worst.Layer,
            relative.Average(layer => layer.Error),
            all == 0 ? 0 : Math.Sqrt(layers.Sum(layer => layer.Error * layer.Error)) / all);
    }
}
