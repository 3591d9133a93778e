using Slipway.Pipeline.Commands.Sampling;

namespace Slipway.Pipeline.Commands.LoraFiles;

/// <summary>Where a file of weights goes.</summary>
internal static class OutFile
{
    private const string Extension = ".safetensors";

    /// <summary>Requires the name of a safetensors file.</summary>
    public static void Check(OptionReader options, string path)
    {
        if (!path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase))
            options.Problem($"--out is '{path}'; expected the name of a {Extension} file.");
    }

    /// <summary>The full path, with its folder made.</summary>
    /// <exception cref="ArgumentException">It is one of the files that are read.</exception>
    public static string Prepare(string folder, string path, params IEnumerable<string> inputs)
    {
        var full = Path.GetFullPath(path, folder);
        if (inputs.Any(input => Path.GetFullPath(input) == full))
            throw new ArgumentException($"--out is '{path}', which is read from; name another file.");
        Directory.CreateDirectory(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(full))!);
        return full;
    }
}
