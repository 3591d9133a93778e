using Slipway.Diffusion.Memory;
using Slipway.Diffusion.Model;
using Slipway.Pipeline.Stages;
using Slipway.Training.Memory;

namespace Slipway.Pipeline.Preflights;

/// <summary>Whether trainings fit into the memory: from an outline of the model, made when first asked for, and libtorch loaded with it.</summary>
/// <param name="context">The plan and the model.</param>
internal sealed class MemoryPreflight(StageContext context) : IDisposable
{
    private readonly Lazy<SdxlModel> _outline = new(context.Model.Outline);

    /// <summary>The estimate in words, and why it will not do; null: it will, or nobody knows.</summary>
    /// <exception cref="InvalidDataException">The model's files do not fit together.</exception>
    public (string Line, string? Problem) Of(VersionPreflight version)
    {
        var largest = version.Images.MaxBy(image => (long)image.Width * image.Height)!;
        var training = version.Version.Training;
        var estimate = MemoryEstimate.ForTraining(_outline.Value, training, largest.Width, largest.Height);
        var line = FormattableString.Invariant($"  network: {estimate.Parameters:N0} parameters; memory: about {estimate}");
        var problem = estimate.Problem(training, Free(estimate));
        return (line, problem is null ? null : $"Train {version.Version.Name} does not fit into memory: {problem}");
    }

    public void Dispose()
    {
        if (_outline.IsValueCreated)
        {
            _outline.Value.Dispose();
        }
    }

    // Where the model has been used already its weights are there, and a graphics card's free memory is what libtorch has left over for itself.
    private long? Free(MemoryEstimate estimate)
    {
        var isCuda = context.Plan.Device == "cuda";
        if (!context.Model.IsLoaded)
        {
            return DeviceMemory.Free(isCuda);
        }

        return isCuda ? null : DeviceMemory.Free(cuda: false) + estimate.Weights;
    }
}
