using Slipway.Diffusion.Files;

namespace Slipway.Pipeline.Drawing;

/// <summary>LoRA files by what prompts call them, in a folder and those below it.</summary>
internal static class LoraSearch
{
    /// <summary>What a LoRA's file ends with.</summary>
    public const string Extension = ".safetensors";

    private const string OutputName = "ss_output_name";
    private static readonly EnumerationOptions Below = new() { RecurseSubdirectories = true, MaxRecursionDepth = 8 };

    /// <summary>
    /// The file of a name: where it lies in the folder, with folders before it or not; else the one file below that is called so; else the one
    /// that calls itself so, by <c>ss_output_name</c> in its header. Null: there is none.
    /// </summary>
    /// <exception cref="ArgumentException">There are several.</exception>
    public static string? Find(string folder, string name)
    {
        var plain = WithoutExtension(name);
        if (!IsInside(plain) || !Directory.Exists(folder))
            return null;
        if (Path.Combine(folder, plain.Replace('\\', '/') + Extension) is var direct && File.Exists(direct))
            return direct;
        var files = Files(folder);
        return Only(files.Where(file => Path.GetFileNameWithoutExtension(file) == plain), folder, plain) ?? Only(files.Where(file => TitleOf(file) == plain), folder, plain);
    }

    /// <summary>Names of all files in the folder and below it.</summary>
    public static IEnumerable<string> Names(string folder) => Directory.Exists(folder) ? Files(folder).Select(file => Path.GetFileNameWithoutExtension(file)) : [];

    /// <summary>A name without the ending that some write behind it.</summary>
    public static string WithoutExtension(string name) => name.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) ? name[..^Extension.Length] : name;

    private static List<string> Files(string folder) => [.. Directory.EnumerateFiles(folder, "*" + Extension, Below).Order(StringComparer.Ordinal)];

    private static string? Only(IEnumerable<string> files, string folder, string name) => files.ToList() switch
    {
        [] => null,
        [var only] => only,
        var several => throw new ArgumentException($"Several LoRAs in {folder} are called `{name}`: {string.Join(", ", several.Select(file => Path.GetRelativePath(folder, file)))}; write the folder before the name."),
    };

    private static bool IsInside(string name) =>
        name.Length > 0 && !Path.IsPathRooted(name) && !name.Contains(':', StringComparison.Ordinal) && name.Split('/', '\\').All(part => part is not (".." or "." or ""));

    // What cannot be read is no LoRA of that name; whoever means it will be told when it is read.
    private static string? TitleOf(string path)
    {
        try
        {
            using var file = SafetensorsFile.Open(path);
            return file.Metadata.GetValueOrDefault(OutputName);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
