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

    /// <summary>Of the picture's use: the first line, or all where wildcards choose among them.</summary>
    public string Caption(bool wildcards)
    {
        var text = ReadCaption();
        return wildcards ? text : text.ReplaceLineEndings("\n").Split('\n')[0];
    }

    /// <summary>Unique within its dataset, for messages and <c>ss_dataset_dirs</c>: <c>160_sail_kun/sail_kun.png</c>.</summary>
    public string Name => $"{Folder}/{FileName}";
}
