using Slipway.Training.Options;

namespace Slipway.Training.Data;

/// <summary>
/// A folder of pictures with a caption file of the same name beside each: pictures themselves, or sd-scripts' subfolders
/// <c>{repeats}_{class tokens}/</c> of them. Only names are looked at: there can be a hundred thousand files.
/// </summary>
public sealed class TrainingFolder
{
    private static readonly string[] CaptionExtensions = [".txt", ".caption"];

    private readonly List<TrainingFile> _files = [];
    private readonly List<string> _problems = [];
    private readonly List<string> _warnings = [];
    private readonly TrainingFolderOptions _options;
    private string[]? _extensions;

    private TrainingFolder(TrainingFolderOptions options) => _options = options;

    /// <summary>All pictures, in ordinal order of folder and file name.</summary>
    public IReadOnlyList<TrainingFile> Files => _files;

    /// <summary>What was passed over, and why: subfolders without a number of repeats, pictures of other formats, what other tools laid there.</summary>
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
        var own = new FolderListing(folder, Extensions);
        var numbered = own.Folders.FindAll(sub => TrainingFolderName.Parse(sub) is not null);
        if (own.Pictures.Count > 0 || (own.HasCaptions && numbered.Count == 0))
        {
            _problems.AddRange(numbered.Select(sub => $"{own.PathOf(sub)}: lies beside pictures; move those into a subfolder too, or this one elsewhere"));
            ReadFolder(own, "", null);
            return;
        }

        PassOver(own);
        _warnings.AddRange(own.Captions.Select(caption => $"{own.PathOf(caption)}: passed over, a text beside the training folders is no caption"));
        foreach (var sub in own.Folders)
        {
            var path = own.PathOf(sub);
            if (TrainingFolderName.Parse(sub) is not { } name)
                _warnings.Add($"{path}: skipped, its name does not begin with a number of repeats (10_name)");
            else if (new FolderListing(path, Extensions) is { Pictures.Count: > 0 } files)
                ReadFolder(files, sub, name);
            else
                _problems.Add($"{path}: holds no picture; put one in or remove the folder");
        }

        if (_files.Count == 0 && _problems.Count == 0)
            _problems.Add($"{folder}: holds no picture (PNG, JPEG or WebP; BMP and GIF are read too), nor a subfolder of pictures named {{repeats}}_{{name}}, such as 10_sail_kun");
    }

    private void ReadFolder(FolderListing files, string subfolder, TrainingFolderName? name)
    {
        PassOver(files);
        var masks = _options.MaskFolder is { } folder ? new FolderListing(Path.Combine(folder, subfolder), []) : null;
        foreach (var picture in files.Foreign)
            files.TakeCaptionsOf(picture);
        foreach (var picture in files.Pictures)
        {
            var captions = files.TakeCaptionsOf(picture);
            var given = Given(files, picture, captions, name);
            if (given is not null || captions.Count == 1)
                _files.Add(new TrainingFile(picture, given is null ? captions[0] : null, masks is null ? null : Mask(files, picture, masks), subfolder, name?.Repeats, given));
        }

        _problems.AddRange(files.CaptionsLeft.Select(caption => $"{files.PathOf(caption)}: no picture has this name; add the picture or remove the caption"));
    }

    // What a person would take for a picture is never passed over in silence.
    private void PassOver(FolderListing files)
    {
        _problems.AddRange(files.Unreadable.Select(file => $"{files.PathOf(file)}: its name is not UTF-8 (U+FFFD stands for what cannot be read of it); rename it"));
        _problems.AddRange(files.Twice.Select(pair => $"{files.PathOf(pair.Second)}: looks the same as {pair.First}, with letters and accents written another way; rename or remove one"));
        _warnings.AddRange(files.Foreign.Select(file => $"{files.PathOf(file)}: not learned from, {PictureNames.ForeignFormat(file)} is not read; save it as PNG, JPEG or WebP"));
        _warnings.AddRange(files.OfOtherTools.Select(file => $"{files.PathOf(file)}: passed over, a mask of another tool is no picture"));
    }

    /// <summary>The caption that comes from no file; null where one has it, or where there is none, which is a problem.</summary>
    private string? Given(FolderListing files, string picture, IReadOnlyList<string> captions, TrainingFolderName? name)
    {
        if (_options.Caption is not null)
            return _options.Caption;
        return captions.Count switch
        {
            1 => null,
            > 1 => Problem($"{files.PathOf(picture)}: has two captions, {string.Join(" and ", captions)}; remove one, or set caption_extension"),
            _ => _options.ClassTokens
                ?? (_options.AllowMissingCaptions ? name?.ClassTokens ?? "" : Problem($"{files.PathOf(picture)}: no caption; expected {Path.GetFileNameWithoutExtension(picture)}{Extensions[0]} beside it, or class_tokens or allow_missing_captions in the plan")),
        };
    }

    private string? Mask(FolderListing files, string picture, FolderListing masks)
    {
        var stem = Path.GetFileNameWithoutExtension(picture);
        return masks.ByStem.GetValueOrDefault(PictureNames.Composed(stem)) ?? Problem($"{files.PathOf(picture)}: has no mask; expected {masks.PathOf(stem)}.png");
    }

    private string? Problem(string text)
    {
        _problems.Add(text);
        return null;
    }

    private string[] Extensions => _extensions ??= _options.CaptionExtension is { } one ? [one] : CaptionExtensions;
}
