using Slipway.Engine.Options;

namespace Slipway.Training.Options;

/// <summary>How the pictures of one subset of a training set are used; the names are sd-scripts' options of a subset.</summary>
public sealed record SubsetOptions
{
    /// <summary>sd-scripts' names of interpolations, with both spellings of two.</summary>
    public static IReadOnlyList<string> Interpolations { get; } = ["lanczos", "nearest", "bilinear", "linear", "bicubic", "cubic", "area", "box"];

    // One name for each, so that a training has one key whichever was written.
    private static Kind<string> InterpolationNames { get; } = new Mapped<string, string>(new Word(Interpolations), word => word switch { "linear" => "bilinear", "cubic" => "bicubic", _ => word }, name => name);

    /// <summary>How pictures vary: what a version may say of all its subsets and each subset of itself.</summary>
    public static OptionTable<SubsetOptions> Variations { get; } = new(option =>
    [
        option.Switch("flip_aug", o => o.FlipAug, (o, v) => o with { FlipAug = v }) with
        {
            Says = "Mirrors every other use, by chance.",
            SdScripts = "false",
            Metadata = new("ss_flip_aug"),
        },
        option.Switch("color_aug", o => o.ColorAug, (o, v) => o with { ColorAug = v }) with
        {
            Says = "Shifts the hue or the gamma of every third use a little, by chance; not with cached latents.",
            SdScripts = "false",
            Metadata = new("ss_color_aug"),
        },
        option.Switch("random_crop", o => o.RandomCrop, (o, v) => o with { RandomCrop = v }) with
        {
            Says = "Cuts every use out elsewhere, instead of the middle; not with cached latents.",
            SdScripts = "false",
            Metadata = new("ss_random_crop"),
        },
        option.Of<string?>("resize_interpolation", InterpolationNames!, o => o.ResizeInterpolation, (o, v) => o with { ResizeInterpolation = v }) with
        {
            Says = "How pictures are brought to their size: `lanczos` and `box` as Pillow does it, the others as OpenCV.",
            SdScripts = "",
            Metadata = new("ss_resize_interpolation"),
            Otherwise = "`area` where no side grows, else `lanczos`",
        },
    ]);

    /// <summary>All that a subset may say of itself, captions too; what it does not say is as its version says.</summary>
    public static OptionTable<SubsetOptions> Declared { get; } = new(option =>
    [
        .. option.Part(Variations, o => o, (_, v) => v),
        .. option.Part(CaptionOptions.Declared, o => o.Caption ?? new(), (o, v) => o with { Caption = v }),
    ]);

    /// <summary><c>is_reg</c>: pictures of the class without the subject; their loss counts <see cref="LossOptions.PriorLossWeight"/> times.</summary>
    public bool IsReg { get; init; }

    /// <summary><c>flip_aug</c>: every other use, by chance, is mirrored.</summary>
    public bool FlipAug { get; init; }

    /// <summary><c>color_aug</c>: every third use, by chance, has its hue or its gamma shifted a little; not with cached latents.</summary>
    public bool ColorAug { get; init; }

    /// <summary><c>random_crop</c>: every use is cut out elsewhere, instead of the middle; not with cached latents.</summary>
    public bool RandomCrop { get; init; }

    /// <summary><c>resize_interpolation</c>: one of <see cref="Interpolations"/>; null: area where no side grows, else Lanczos.</summary>
    public string? ResizeInterpolation { get; init; }

    /// <summary>How captions vary; null: as the training's do.</summary>
    public CaptionOptions? Caption { get; init; }

    /// <summary>Whether every use has to be encoded anew.</summary>
    public bool NeedsPixels => ColorAug || RandomCrop;
}
