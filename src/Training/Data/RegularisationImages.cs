using Slipway.Training.Options;

namespace Slipway.Training.Data;

/// <summary>
/// Pictures of the class without the subject, which keep a training from forgetting the class (Ruiz et al. 2023,
/// DreamBooth's prior preservation).
/// </summary>
public static class RegularisationImages
{
    /// <summary>The training pictures, then the regularisation pictures (<see cref="SubsetOptions.IsReg"/>) as often as those.</summary>
    public static IReadOnlyList<TrainingImage> Arrange(IReadOnlyList<TrainingImage> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        var ordinary = images.Where(image => !image.Subset.IsReg).ToList();
        return ordinary.Count == images.Count ? images : [.. ordinary, .. Balance([.. images.Where(image => image.Subset.IsReg)], ordinary.Sum(image => image.Repeats))];
    }

    /// <summary>
    /// Brings them to as many uses an epoch as the training pictures have, as sd-scripts does: each with its own repeats,
    /// then one use more for each in turn until there are enough. Those that come too late for that are left out.
    /// </summary>
    /// <param name="images">The regularisation pictures.</param>
    /// <param name="trainingUses">Sum of the training pictures' repeats.</param>
    public static IReadOnlyList<TrainingImage> Balance(IReadOnlyList<TrainingImage> images, int trainingUses)
    {
        ArgumentNullException.ThrowIfNull(images);
        var balanced = new List<TrainingImage>();
        var uses = 0;
        foreach (var image in images.TakeWhile(_ => uses < trainingUses))
        {
            balanced.Add(image);
            uses += image.Repeats;
        }
        if (balanced.Count == 0)
            return balanced;
        var (rounds, rest) = Math.DivRem(Math.Max(0, trainingUses - uses), balanced.Count);
        return [.. balanced.Select((image, i) => image with { Repeats = image.Repeats + rounds + (i < rest ? 1 : 0) })];
    }
}
