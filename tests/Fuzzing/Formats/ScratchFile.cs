namespace Slipway.Fuzzing.Formats;

/// <summary>A file in memory for what reads files: of this process, and written over with each input.</summary>
internal static class ScratchFile
{
    private static readonly string Folder = Directory.CreateDirectory(Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"slipway-fuzzing-{Environment.ProcessId}")).FullName;

    static ScratchFile() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Folder, recursive: true);

    /// <summary>Writes the input.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="input">Its bytes.</param>
    /// <returns>Its full path.</returns>
    public static string Write(string name, byte[] input)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllBytes(path, input);
        return path;
    }
}
