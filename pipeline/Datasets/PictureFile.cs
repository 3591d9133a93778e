using Slipway.Engine.Jobs;
using Slipway.Imaging.Compositing;

namespace Slipway.Pipeline.Datasets;

/// <summary>A picture to learn from, as a job knows it.</summary>
/// <param name="Name">Name of its file.</param>
/// <param name="Image">The picture.</param>
public sealed record PictureFile([property: NotInKey("It is the label, by which the key knows the picture.")] string Name, Input Image) : ILabelled
{
    /// <summary>The file with its caption; null: <see cref="Text"/>.</summary>
    public Input? Caption { get; init; }

    /// <summary>Its caption where no file has it; null: there is none.</summary>
    public string? Text { get; init; }

    /// <summary>The picture of its mask; null: there is none, or it is drawn.</summary>
    public Input? Mask { get; init; }

    /// <summary>Seeds the draws of a composite, from which its mask is drawn again.</summary>
    public ulong MaskSeed { get; init; }

    /// <inheritdoc/>
    public string Label => Name;
}

/// <summary>Pictures that are seen equally often, in a folder as trainers know it.</summary>
/// <param name="Name">sd-scripts' name, such as <c>160_sail_kun</c>.</param>
/// <param name="Repeats">How often an epoch sees each.</param>
/// <param name="Pictures">In order.</param>
public sealed record PictureFolder([property: NotInKey("It is the label, by which the key knows the folder.")] string Name, int Repeats, [property: Inline] IReadOnlyList<PictureFile> Pictures) : ILabelled
{
    /// <inheritdoc/>
    public string Label => Name;
}

/// <summary>Where the masks of pictures come from.</summary>
public enum MaskSource
{
    /// <summary>There are none.</summary>
    None,

    /// <summary>The sprite is drawn again, from the draws by which it was put there.</summary>
    Sprite,

    /// <summary>The sprite is drawn again in the middle.</summary>
    FlatSprite,

    /// <summary>The pictures' alpha.</summary>
    Alpha,

    /// <summary>Pictures of their own.</summary>
    Files,
}

/// <summary>The sprite where it is in pictures, so that masks can be drawn: they are no outputs, so that composites stay what they are whoever learns from them.</summary>
/// <param name="Sprite">The mascot.</param>
/// <param name="Options">The ranges of the composites.</param>
/// <param name="Scale">Its height where it stands in the middle, as a share of the picture's.</param>
public sealed record SpriteMask(FileRef Sprite, [property: Inline] CompositeOptions Options, double Scale);
