using Slipway.Training.Options;

namespace Slipway.Training.Data;

/// <summary>
/// A folder of pictures with a caption file of the same name beside each: pictures themselves, or sd-scripts' subfolders
/// <c>{repeats}_{class tokens}/</c> of them. Names are looked at, and captions; pictures are not decoded.
/// </summary>
public sealed class TrainingFolder
{
    private static readonly string[] PictureExtensions = [".png", ".jpg", ".jpeg", ".webp"];
    private static readonly string[] CaptionExtensions = [".txt", ".caption"];
    private const int FaceCropTokens = 4;

    private readonly List<TrainingFile> _files = [];
    private readonly List<string> _problems = [];
    private readonly List<string> _warnings = [];
    private readonly TrainingFolderOptions _options;

    private TrainingFolder(TrainingFolderOptions options) => _options = options;

    /// <summary>All pictures, in ordinal order of folder and file name.</summary>
    public IReadOnlyList<TrainingFile> Files => _files;

    /// <summary>Subfolders that were skipped because their name does not begin with a number of repeats.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Lists every picture with its caption and mask.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">
    /// No pictures, a picture without caption or mask or with two captions, a caption without picture, an empty caption:
    /// all of them, a line each.
    /// </exception>
    public static TrainingFolder Read(string folder, TrainingFolderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"Training folder {folder} does not exist; make it, with pictures or with subfolders named {{repeats}}_{{name}}.");
        var read = new TrainingFolder(options);
        read.ReadAll(folder);
        return read._problems.Count == 0 ? read : throw new InvalidDataException(string.Join("\n", read._problems));
    }

    private void ReadAll(string folder)
    {
        var own = Pictures(folder);
        var subfolders = Directory.GetDirectories(folder).Order(StringComparer.Ordinal)
            .Select(path => (Path: path, Name: TrainingFolderName.Parse(Path.GetFileName(path)))).ToList();
        if (own.Count > 0 || Captions(folder).Any())
        {
            _problems.AddRange(subfolders.Where(sub => sub.Name is not null)
                .Select(sub => $"{sub.Path}: lies beside pictures; move those into a subfolder too, or this one elsewhere"));
            ReadFolder(folder, own, "", null);
            return;
        }

        foreach (var (path, name) in subfolders)
        {
            if (name is null)
                _warnings.Add($"{path}: skipped, its name does not begin with a number of repeats (10_name)");
            else if (Pictures(path) is { Count: > 0 } pictures)
                ReadFolder(path, pictures, Path.GetFileName(path), name);
            else
                _problems.Add($"{path}: holds no picture; put one in or remove the folder");
        }

        if (_files.Count == 0 && _problems.Count == 0)
            _problems.Add($"{folder}: holds no picture (PNG, JPEG or WebP), nor a subfolder of pictures named {{repeats}}_{{name}}, such as 10_sail_kun");
    }

    private void ReadFolder(string folder, List<string> pictures, string subfolder, TrainingFolderName? name)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var picture in pictures)
        {
            var captions = CaptionFiles(picture);
            used.UnionWith(captions);
            if (Caption(picture, captions, name) is { } caption)
                _files.Add(new TrainingFile(picture, captions.FirstOrDefault(), Mask(picture, subfolder), subfolder, name?.Repeats, caption));
        }

        _problems.AddRange(Captions(folder).Where(caption => !used.Contains(caption)).Select(caption => $"{caption}: no picture has this name; add the picture or remove the caption"));
    }

    private string? Caption(string picture, List<string> files, TrainingFolderName? name)
    {
        if (_options.Caption is not null)
            return _options.Caption;
        if (files.Count > 1)
            return Problem($"{picture}: has two captions, {string.Join(" and ", files.Select(Path.GetFileName))}; remove one, or set caption_extension");
        if (files is [var file])
            return Text(file) is { Length: > 0 } text ? text : Problem($"{file}: the first line is empty; write the caption there");
        return _options.ClassTokens
            ?? (_options.AllowMissingCaptions ? name?.ClassTokens ?? "" : Problem($"{picture}: no caption; expected {Path.GetFileName(Stem(picture))}{_options.CaptionExtension ?? CaptionExtensions[0]} beside it, or class_tokens or allow_missing_captions in the plan"));
    }

    /// <summary>All lines that are not empty; nothing where the first one is. Without wildcards only the first is used.</summary>
    private static string Text(string file)
    {
        var lines = File.ReadLines(file).Select(line => line.Trim()).ToList();
        return lines is ["", ..] ? "" : string.Join('\n', lines.Where(line => line.Length > 0));
    }

    private string? Mask(string picture, string subfolder)
    {
        if (_options.MaskFolder is not { } folder)
            return null;
        var stem = Path.Combine(folder, subfolder, Path.GetFileNameWithoutExtension(picture));
        return PictureExtensions.Select(extension => stem + extension).FirstOrDefault(File.Exists)
            ?? Problem($"{picture}: has no mask; expected {stem}.png");
    }

    private string? Problem(string text)
    {
        _problems.Add(text);
        return null;
    }

    // sd-scripts also takes the caption of the picture that a face was cut out of: those names have four numbers more.
    private List<string> CaptionFiles(string picture)
    {
        var own = Existing(Stem(picture));
        var tokens = Path.GetFileName(Stem(picture)).Split('_');
        return own.Count > 0 || tokens.Length <= FaceCropTokens ? own : Existing(Path.Combine(Path.GetDirectoryName(picture)!, string.Join('_', tokens[..^FaceCropTokens])));
    }

    private List<string> Existing(string stem) => [.. Extensions.Select(extension => stem + extension).Where(File.Exists)];

    private IEnumerable<string> Captions(string folder) =>
        Directory.GetFiles(folder).Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.Ordinal)).Order(StringComparer.Ordinal);

    private string[] Extensions => _options.CaptionExtension is { } one ? [one] : CaptionExtensions;

    private static List<string> Pictures(string folder) =>
        [.. Directory.GetFiles(folder).Where(file => PictureExtensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];

    private static string Stem(string path) => Path.ChangeExtension(path, null);
}
