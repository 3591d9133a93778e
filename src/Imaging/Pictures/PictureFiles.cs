using System.Collections;

namespace Slipway.Imaging.Pictures;

/// <summary>Pictures that are decoded each time somebody asks for one, and held by nobody: thousands of them need the memory of one.</summary>
/// <param name="paths">Their files.</param>
/// <param name="profiles">What becomes of an embedded colour profile.</param>
public sealed class PictureFiles(IReadOnlyList<string> paths, ColorProfiles profiles = ColorProfiles.Apply) : IReadOnlyList<Picture>
{
    /// <inheritdoc/>
    public int Count => paths.Count;

    /// <summary>Decodes a picture.</summary>
    /// <param name="index">Its number.</param>
    public Picture this[int index] => Picture.Load(paths[index], profiles);

    /// <inheritdoc/>
    public IEnumerator<Picture> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
