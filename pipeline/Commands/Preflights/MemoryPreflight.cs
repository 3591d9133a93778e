using Slipway.Diffusion.Memory;
using Slipway.Diffusion.Model;
using Slipway.Diffusion.Modules;
using Slipway.Training.Memory;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Commands.Preflights;

/// <summary>Whether trainings fit into the memory: from an outline of the model, made when first asked for, and libtorch loaded with it.</summary>
/// <param name="outline">Makes the model without its weights.</param>
/// <param name="isCuda">Whether they would be trained on a card.</param>
/// <param name="decodesInBFloat16">Whether the versions' samples are decoded so.</param>
/// <param name="isLoaded">Whether a model is loaded already: then a card's free memory is what libtorch has left over for itself, and nobody knows.</param>
internal sealed class MemoryPreflight(Func<SdxlModel> outline, bool isCuda, bool decodesInBFloat16, bool isLoaded) : IDisposable
{
    private readonly Lazy<SdxlModel> _outline = new(outline);

    /// <summary>What a training will need.</summary>
    /// <exception cref="InvalidDataException">The model's files do not fit together.</exception>
    public MemoryEstimate Estimate(VersionPreflight version) => Estimate(version, version.Version.Training);

    /// <summary>The estimate in words, and why it will not do; null: it will, or nobody knows.</summary>
    /// <exception cref="InvalidDataException">The model's files do not fit together.</exception>
    public (string Line, string? Problem, long Bytes) Describe(VersionPreflight version)
    {
        var training = version.Version.Training;
        var estimate = Estimate(version);
        var line = FormattableString.Invariant($"  network: {estimate.Parameters:N0} parameters; memory: about {estimate}");
        if (training.GradientCheckpointing == Checkpointing.Auto)
            line += $"; without computing anything again ({MemoryEstimate.Size(Estimate(version, training with { GradientCheckpointing = Checkpointing.False }).InTraining)} in training) where that is free when it begins";
        if (training.BlocksToSwap > 0 && !isCuda)
            line += "; `blocks_to_swap` does nothing on the CPU, whose memory the host's is";
        var problem = estimate.Problem(training, isLoaded ? null : DeviceMemory.Free(isCuda));
        return (line, problem is null ? null : $"Train {version.Version.Name} does not fit into memory: {problem}", estimate.Peak);
    }

    private MemoryEstimate Estimate(VersionPreflight version, TrainingOptions training)
    {
        var largest = version.Images.MaxBy(image => (long)image.Width * image.Height)!;
        return MemoryEstimate.ForTraining(_outline.Value, training, largest.Width, largest.Height, isCuda, decodesInBFloat16, RaisedPrecision.IsNeededHere);
    }

    public void Dispose()
    {
        if (_outline.IsValueCreated)
            _outline.Value.Dispose();
    }
}
