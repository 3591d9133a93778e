using Slipway.Training.Options;

namespace Slipway.Training.Data;

/// <summary>
/// A folder of pictures with a caption file of the same name beside each: pictures themselves, or sd-scripts' subfolders
/// <c>{repeats}_{class tokens}/</c> of them. Only names are looked at: there can be a hundred thousand files.
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
    private string[]? _extensions;

    private TrainingFolder(TrainingFolderOptions options) => _options = options;

    /// <summary>All pictures, in ordinal order of folder and file name.</summary>
    public IReadOnlyList<TrainingFile> Files => _files;

    /// <summary>Subfolders that were skipped because their name does not begin with a number of repeats.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Lists every picture with its caption and mask.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">
    /// No pictures, a picture without caption or mask or with two captions, a caption without picture: all of them, a line each.
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
        var own = new Listing(folder, Extensions);
        var subfolders = Directory.GetDirectories(folder).Order(StringComparer.Ordinal)
            .Select(path => (Path: path, Name: TrainingFolderName.Parse(Path.GetFileName(path)))).ToList();
        if (own.Pictures.Count > 0 || own.Captions.Count > 0)
        {
            _problems.AddRange(subfolders.Where(sub => sub.Name is not null)
                .Select(sub => $"{sub.Path}: lies beside pictures; move those into a subfolder too, or this one elsewhere"));
            ReadFolder(own, "", null);
            return;
        }

        foreach (var (path, name) in subfolders)
        {
            if (name is null)
                _warnings.Add($"{path}: skipped, its name does not begin with a number of repeats (10_name)");
            else if (new Listing(path, Extensions) is { Pictures.Count: > 0 } files)
                ReadFolder(files, Path.GetFileName(path), name);
            else
                _problems.Add($"{path}: holds no picture; put one in or remove the folder");
        }

        if (_files.Count == 0 && _problems.Count == 0)
            _problems.Add($"{folder}: holds no picture (PNG, JPEG or WebP), nor a subfolder of pictures named {{repeats}}_{{name}}, such as 10_sail_kun");
    }

    private void ReadFolder(Listing files, string subfolder, TrainingFolderName? name)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var picture in files.Pictures)
        {
            var captions = CaptionsOf(picture, files);
            used.UnionWith(captions);
            var given = Given(picture, captions, name);
            if (given is not null || captions.Count == 1)
                _files.Add(new TrainingFile(picture, given is null ? captions[0] : null, Mask(picture, subfolder), subfolder, name?.Repeats, given));
        }

        _problems.AddRange(files.Captions.Where(caption => !used.Contains(caption)).Order(StringComparer.Ordinal).Select(caption => $"{caption}: no picture has this name; add the picture or remove the caption"));
    }

    /// <summary>The caption that comes from no file; null where one has it, or where there is none, which is a problem.</summary>
    private string? Given(string picture, List<string> files, TrainingFolderName? name)
    {
        if (_options.Caption is not null)
            return _options.Caption;
        return files.Count switch
        {
            1 => null,
            > 1 => Problem($"{picture}: has two captions, {string.Join(" and ", files.Select(Path.GetFileName))}; remove one, or set caption_extension"),
            _ => _options.ClassTokens
                ?? (_options.AllowMissingCaptions ? name?.ClassTokens ?? "" : Problem($"{picture}: no caption; expected {Path.GetFileName(Stem(picture))}{_options.CaptionExtension ?? CaptionExtensions[0]} beside it, or class_tokens or allow_missing_captions in the plan")),
        };
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
    private List<string> CaptionsOf(string picture, Listing files)
    {
        var own = CaptionsAt(Stem(picture), files);
        if (own.Count > 0)
            return own;
        var tokens = Path.GetFileName(Stem(picture)).Split('_');
        return tokens.Length <= FaceCropTokens ? own : CaptionsAt(Path.Combine(Path.GetDirectoryName(picture)!, string.Join('_', tokens[..^FaceCropTokens])), files);
    }

    private List<string> CaptionsAt(string stem, Listing files)
    {
        var found = new List<string>(1);
        foreach (var extension in Extensions)
        {
            if (files.Captions.TryGetValue(stem + extension, out var caption))
                found.Add(caption);
        }

        return found;
    }

    private string[] Extensions => _extensions ??= _options.CaptionExtension is { } one ? [one] : CaptionExtensions;

    private static string Stem(string path) => Path.ChangeExtension(path, null);

    /// <summary>The files of a folder, listed once.</summary>
    private sealed class Listing
    {
        public Listing(string folder, string[] captionExtensions)
        {
            foreach (var file in Directory.EnumerateFiles(folder))
            {
                var extension = Path.GetExtension(file.AsSpan());
                if (Is(extension, PictureExtensions, StringComparison.OrdinalIgnoreCase))
                    Pictures.Add(file);
                if (Is(extension, captionExtensions, StringComparison.Ordinal))
                    Captions.Add(file);
            }

            Pictures.Sort(StringComparer.Ordinal);
        }

        /// <summary>Full paths, in ordinal order.</summary>
        public List<string> Pictures { get; } = [];

        /// <summary>Full paths.</summary>
        public HashSet<string> Captions { get; } = new(StringComparer.Ordinal);

        private static bool Is(ReadOnlySpan<char> extension, string[] others, StringComparison comparison)
        {
            foreach (var other in others)
            {
                if (extension.Equals(other, comparison))
                    return true;
            }

            return false;
        }
    }
}
