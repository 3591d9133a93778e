using Slipway.Diffusion;
using Slipway.Pipeline.Configuration;
using Slipway.Training;

namespace Slipway.Pipeline.Stages;

/// <summary>Refuses a training that the device's free memory cannot hold, before the model is read.</summary>
internal sealed class MemoryCheck(StageContext context)
{
    /// <exception cref="InvalidDataException">It cannot fit; with what would help.</exception>
    public void Run(VersionPlan version, IReadOnlyList<TrainingImage> images)
    {
        var largest = images.MaxBy(image => (long)image.Width * image.Height)!;
        var estimate = context.Model.IsLoaded ? Of(context.Model.Value) with { Weights = 0 } : OfOutline();
        var free = DeviceMemory.Free(cuda: context.Plan.Device == "cuda");
        context.Progress.Line($"Train {version.Name}: memory about {estimate}");
        if (estimate.Problem(version.Training, free) is { } problem)
            throw new InvalidDataException($"Train {version.Name} does not fit into memory: {problem}");

        MemoryEstimate Of(SdxlModel model) => MemoryEstimate.Of(model, version.Training, largest.Width, largest.Height);
        MemoryEstimate OfOutline()
        {
            using var outline = context.Model.Outline();
            return Of(outline);
        }
    }
}
