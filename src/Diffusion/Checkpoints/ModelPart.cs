using Slipway.Diffusion.Files;
using Slipway.Diffusion.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Checkpoints;

/// <summary>A network of a model that is being loaded: built, not yet filled.</summary>
internal abstract class ModelPart
{
    /// <summary>Which tensors fill the network.</summary>
    public abstract WeightAssignment Weights { get; }

    /// <summary>Where the tensors are read from.</summary>
    public abstract ITensorSource Source { get; }

    /// <summary>The network, without memory until it is filled.</summary>
    public abstract nn.Module Module { get; }

    /// <summary>Where the tensor of a state-dict key lies.</summary>
    public abstract TensorLocation Locate(string key);

    /// <summary>Fills all parts, each from a source that has its tensors and no others; none unless all fit.</summary>
    /// <exception cref="InvalidDataException">Missing, unknown or mis-shaped tensors of any part.</exception>
    /// <param name="parts">The parts.</param>
    /// <param name="device">Where the weights go; null: nothing is read.</param>
    public static void FillAll(IReadOnlyList<ModelPart> parts, Device? device)
    {
        var problems = parts.Select(part => WeightAssignment.Message(part.Weights.AllProblems(part.Source, []), part.Source.Path, part.Weights.What)).OfType<string>().ToList();
        if (problems.Count > 0)
            throw new InvalidDataException(string.Join('\n', problems));
        foreach (var part in device is null ? [] : parts)
            part.Weights.Fill(part.Source, device!);
    }
}

/// <summary>A network of a model that is being loaded: built, in its element type, without memory, asking for no gradient.</summary>
internal sealed class ModelPart<T> : ModelPart
    where T : nn.Module
{
    private readonly Func<string, TensorLocation> _locate;

    /// <param name="network">The network.</param>
    /// <param name="what">What it is, for messages ("unet").</param>
    /// <param name="precision">Element type of its weights.</param>
    /// <param name="source">What it is filled from.</param>
    /// <param name="locate">Says where the tensors of its state-dict keys lie; default: under the same name.</param>
    public ModelPart(T network, string what, ScalarType precision, ITensorSource source, Func<string, TensorLocation>? locate = null)
    {
        Gradients.Require(network, false);
        network.to(precision);
        network.eval();
        Network = network;
        Source = source;
        _locate = locate ?? (key => new TensorLocation(key));
        Weights = new WeightAssignment(network, what, _locate);
    }

    /// <summary>The network.</summary>
    public T Network { get; }

    /// <inheritdoc/>
    public override WeightAssignment Weights { get; }

    /// <inheritdoc/>
    public override ITensorSource Source { get; }

    /// <inheritdoc/>
    public override nn.Module Module => Network;

    /// <inheritdoc/>
    public override TensorLocation Locate(string key) => _locate(key);
}
