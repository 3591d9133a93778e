using System.Globalization;
using Slipway.Engine.Files;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Drawing;
using Slipway.Training.Metrics;

namespace Slipway.Pipeline.Reports;

/// <summary>The page's own copies of pictures: the same bytes, in a folder beside it.</summary>
/// <param name="folder">Full path of the folder.</param>
internal sealed class PagePictures(string folder)
{
    /// <summary>The folder's name beside the page.</summary>
    public const string Folder = "pictures";

    /// <summary>Copies a picture.</summary>
    /// <param name="source">Full path.</param>
    /// <param name="name">Its name in the folder, with <c>/</c>.</param>
    /// <returns>Its place, relative to the page.</returns>
    public string Add(string source, string name)
    {
        CopiedFile.Make(source, Place(name));
        return $"{Folder}/{name}";
    }

    /// <summary>Copies a picture to learn from, which may be of any format; its ending stays, so that browsers know it.</summary>
    public string Add(string source, string name, string original) => Add(source, name + Path.GetExtension(original).ToLowerInvariant());

    /// <summary>Writes the pictures that a training drew on the way, as its TensorBoard events hold them.</summary>
    /// <param name="events">Full path of the events.</param>
    /// <param name="version">Name of the version.</param>
    public List<WatchedData> AddWatched(string events, string version)
    {
        var watched = new List<WatchedData>();
        foreach (var picture in TensorBoardPictures.Read(events))
        {
            // A name out of a file is none to write to.
            var name = string.Create(CultureInfo.InvariantCulture, $"watched/{version}/{picture.Step:D6}_{watched.Count:D3}.png");
            File.WriteAllBytes(Place(name), picture.Png);
            watched.Add(new WatchedData(picture.Step, picture.Name, $"{Folder}/{name}"));
        }

        return watched;
    }

    /// <summary>How a picture was made, as it says itself; null where it does not.</summary>
    public static string? InfotextOf(string source) => PngText.Read(File.ReadAllBytes(source)).GetValueOrDefault(Infotext.Keyword);

    private string Place(string name)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }
}
