using Slipway.Imaging.Pictures;

namespace Slipway.Pipeline.Datasets;

/// <summary>A picture to learn from, not yet decoded.</summary>
/// <param name="Picture">Path.</param>
/// <param name="ReadCaption">Gives the text, before it varies: several lines where wildcards choose among them.</param>
/// <param name="Folder">Name of its training folder, such as <c>160_sail_kun</c>.</param>
/// <param name="Repeats">How often an epoch uses it.</param>
/// <param name="FileName">Name of its file, wherever it lies.</param>
internal sealed record DatasetFile(string Picture, Func<string> ReadCaption, string Folder, int Repeats, string FileName)
{
    /// <summary>Makes the mask of the decoded picture, grey and of its size; null: there is none.</summary>
    public Func<Picture, Picture>? Mask { get; init; }

    /// <summary>The file of its mask; null: there is none, or it is drawn.</summary>
    public string? MaskFile { get; init; }

    /// <summary>Holds the mask's size against the picture's.</summary>
    /// <exception cref="InvalidDataException">They are not the same.</exception>
    public static void CheckMask(string mask, (int Width, int Height) size, (int Width, int Height) picture)
    {
        if (size != picture)
            throw new InvalidDataException($"Mask '{mask}' has {size.Width}×{size.Height} pixels and its picture {picture.Width}×{picture.Height}; make them equal.");
    }

    /// <summary>Of the picture's use: the first line, or all where wildcards choose among them.</summary>
    public string Caption(bool wildcards)
    {
        var text = ReadCaption();
        return wildcards ? text : text.ReplaceLineEndings("\n").Split('\n')[0];
    }

    /// <summary>Unique within its dataset, for messages and <c>ss_dataset_dirs</c>: <c>160_sail_kun/sail_kun.png</c>.</summary>
    public string Name => $"{Folder}/{FileName}";
}
