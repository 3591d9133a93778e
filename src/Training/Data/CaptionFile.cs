namespace Slipway.Training.Data;

/// <summary>A text file beside a picture, as sd-scripts takes it: the first line is the caption; where wildcards choose, each line is one.</summary>
public static class CaptionFile
{
    /// <summary>All lines that are not empty.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mayBeEmpty">Whether it may say nothing, as that of a picture in which a tagger saw nothing.</param>
    /// <exception cref="InvalidDataException">Its first line is empty.</exception>
    public static string Read(string path, bool mayBeEmpty = false)
    {
        var lines = File.ReadLines(path).Select(line => line.Trim()).ToList();
        return !mayBeEmpty && lines is [] or ["", ..]
            ? throw new InvalidDataException($"{path}: the first line is empty; write the caption there")
            : string.Join('\n', lines.Where(line => line.Length > 0));
    }
}
