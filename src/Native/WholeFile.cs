namespace Slipway.Native;

/// <summary>Files that are replaced as a whole: a new file, then a rename, so that a hard link to the old one elsewhere keeps its bytes.</summary>
internal static class WholeFile
{
    public static void Write(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        File.WriteAllBytes(temporary, bytes);
        File.Move(temporary, path, overwrite: true);
    }
}
