namespace Slipway.Training.Options;

/// <summary>How the pictures of one subset of a training set are used; the names are sd-scripts' options of a subset.</summary>
public sealed record SubsetOptions
{
    /// <summary><c>is_reg</c>: pictures of the class without the subject; their loss counts <see cref="LossOptions.PriorLossWeight"/> times.</summary>
    public bool IsReg { get; init; }

    /// <summary><c>flip_aug</c>: every other use, by chance, is mirrored.</summary>
    public bool FlipAug { get; init; }

    /// <summary><c>color_aug</c>: every third use, by chance, has its hue or its gamma shifted a little; not with cached latents.</summary>
    public bool ColorAug { get; init; }

    /// <summary><c>random_crop</c>: every use is cut out elsewhere, instead of the middle; not with cached latents.</summary>
    public bool RandomCrop { get; init; }

    /// <summary>How captions vary; null: as the training's do.</summary>
    public CaptionOptions? Caption { get; init; }
}
