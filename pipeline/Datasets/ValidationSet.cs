using Slipway.Engine.Caching;
using Slipway.Engine.Jobs;

namespace Slipway.Pipeline.Datasets;

/// <summary>
/// What versions are measured on: composites, their captions, and where the sprite is in each. That no background is among
/// those of the training is proved by content.
/// </summary>
/// <param name="Pictures">The composites, with masks.</param>
/// <param name="Backgrounds">Their backgrounds.</param>
public sealed record ValidationSet([property: Inline] Subset Pictures, IReadOnlyList<NamedFile> Backgrounds)
{
    /// <summary>What is learned from too, in words; null where nothing is.</summary>
    /// <param name="subsets">What a version learns from.</param>
    /// <param name="learned">The backgrounds of what it learns from.</param>
    /// <param name="find">Gives an input's content, as far as it is known by now.</param>
    public string? Overlap(IReadOnlyList<Subset> subsets, IReadOnlyList<NamedFile> learned, Func<Input, JobInput> find)
    {
        var training = subsets.SelectMany(subset => subset.Folders).SelectMany(folder => folder.Pictures).SelectMany(picture => new[] { picture.Image, picture.Caption }.OfType<Input>())
            .Concat(learned.Select(file => file.File)).Select(input => find(input).Hash).OfType<ContentHash>().ToHashSet();
        var shared = Pictures.Folders.SelectMany(folder => folder.Pictures).Select(picture => picture.Image).Concat(Backgrounds.Select(file => file.File))
            .Select(find).Where(file => file.Hash is { } hash && training.Contains(hash)).Select(file => file.Path).ToList();
        return shared.Count == 0
            ? null
            : $"Validation overlaps the training: {string.Join(", ", shared)} {(shared.Count == 1 ? "is" : "are")} learned from too, and every measurement would be too good. Change `validation.seed`.";
    }
}
