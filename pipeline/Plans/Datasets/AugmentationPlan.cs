using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans.Datasets;

/// <summary>How pictures vary from use to use, under sd-scripts' names; null: not set here.</summary>
/// <param name="FlipAug"><c>flip_aug</c>.</param>
/// <param name="ColorAug"><c>color_aug</c>.</param>
/// <param name="RandomCrop"><c>random_crop</c>.</param>
public sealed record AugmentationPlan(bool? FlipAug, bool? ColorAug, bool? RandomCrop)
{
    /// <summary>What needs every use to be encoded anew.</summary>
    internal bool NeedsPixels => ColorAug == true || RandomCrop == true;

    /// <summary>What is not set here is as <paramref name="version"/> says.</summary>
    public AugmentationPlan Over(AugmentationPlan version) =>
        new(FlipAug ?? version.FlipAug, ColorAug ?? version.ColorAug, RandomCrop ?? version.RandomCrop);

    internal static AugmentationPlan Read(MappingReader reader) =>
        new(reader.OptionalSwitch("flip_aug"), reader.OptionalSwitch("color_aug"), reader.OptionalSwitch("random_crop"));
}
