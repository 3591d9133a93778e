namespace Slipway.Pipeline.Datasets;

/// <summary>A picture of a dataset. Its name is made when it is asked for: of a hundred thousand pictures a few are shown.</summary>
/// <param name="Dataset">The dataset's key in the plan.</param>
/// <param name="Folder">The folder that it is in.</param>
/// <param name="File">The picture.</param>
internal sealed record DatasetPicture(string Dataset, PictureFolder Folder, PictureFile File)
{
    /// <summary>Its folder's name and its own.</summary>
    public string Name => $"{Folder.Name}/{File.Name}";
}
