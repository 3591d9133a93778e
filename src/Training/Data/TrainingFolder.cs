using Slipway.Training.Options;

namespace Slipway.Training.Data;

/// <summary>
/// A folder of pictures with a caption file of the same name beside each: pictures themselves, or sd-scripts' subfolders
/// <c>{repeats}_{class tokens}/</c> of them. Only names are looked at: there can be a hundred thousand files.
/// </summary>
public sealed class TrainingFolder
{
    private static readonly string[] CaptionExtensions = [".txt", ".caption"];
    private const int FaceCropTokens = 4;

    private readonly List<TrainingFile> _files = [];
    private readonly List<string> _problems = [];
    private readonly List<string> _warnings = [];
    private readonly TrainingFolderOptions _options;
    private readonly Dictionary<string, Dictionary<string, string>> _masks = new(StringComparer.Ordinal);
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
        var own = new Listing(folder, Extensions);
        var subfolders = Directory.GetDirectories(folder).Where(path => !IsHidden(Path.GetFileName(path.AsSpan()))).Order(StringComparer.Ordinal)
            .Select(path => (Path: path, Name: TrainingFolderName.Parse(Path.GetFileName(path)))).ToList();
        var numbered = subfolders.Where(sub => sub.Name is not null).ToList();
        if (own.Pictures.Count > 0 || (own.Captions.Count > 0 && numbered.Count == 0))
        {
            _problems.AddRange(numbered.Select(sub => $"{sub.Path}: lies beside pictures; move those into a subfolder too, or this one elsewhere"));
            ReadFolder(own, "", null);
            return;
        }

        PassOver(own);
        _warnings.AddRange(own.Captions.Values.Order(StringComparer.Ordinal).Select(caption => $"{caption}: passed over, a text beside the training folders is no caption"));
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
            _problems.Add($"{folder}: holds no picture (PNG, JPEG or WebP; BMP and GIF are read too), nor a subfolder of pictures named {{repeats}}_{{name}}, such as 10_sail_kun");
    }

    private void ReadFolder(Listing files, string subfolder, TrainingFolderName? name)
    {
        PassOver(files);
        var used = files.Foreign.SelectMany(picture => CaptionsOf(picture, files)).ToHashSet(StringComparer.Ordinal);
        foreach (var picture in files.Pictures)
        {
            var captions = CaptionsOf(picture, files);
            used.UnionWith(captions);
            var given = Given(picture, captions, name);
            if (given is not null || captions.Count == 1)
                _files.Add(new TrainingFile(picture, given is null ? captions[0] : null, Mask(picture, subfolder), subfolder, name?.Repeats, given));
        }

        _problems.AddRange(files.Captions.Values.Where(caption => !used.Contains(caption)).Order(StringComparer.Ordinal).Select(caption => $"{caption}: no picture has this name; add the picture or remove the caption"));
    }

    // What a person would take for a picture is never passed over in silence.
    private void PassOver(Listing files)
    {
        _problems.AddRange(files.Unreadable.Select(file => $"{file}: its name is not UTF-8 (U+FFFD stands for what cannot be read of it); rename it"));
        _problems.AddRange(files.Twice.Select(pair => $"{pair.Second}: looks the same as {Path.GetFileName(pair.First)}, with letters and accents written another way; rename or remove one"));
        _warnings.AddRange(files.Foreign.Select(file => $"{file}: not learned from, {PictureNames.ForeignFormat(file)} is not read; save it as PNG, JPEG or WebP"));
        _warnings.AddRange(files.OfOtherTools.Select(file => $"{file}: passed over, a mask of another tool is no picture"));
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
        var from = Path.Combine(folder, subfolder);
        if (!_masks.TryGetValue(from, out var masks))
            _masks[from] = masks = new Listing(from, []).ByStem();
        var stem = Path.Combine(from, Path.GetFileNameWithoutExtension(picture));
        return masks.GetValueOrDefault(PictureNames.Composed(stem)) ?? Problem($"{picture}: has no mask; expected {stem}.png");
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
        foreach (var extension in Extensions.Where(files.CaptionExtensions.Contains))
        {
            if (files.Captions.TryGetValue(PictureNames.Composed(stem + extension), out var caption))
                found.Add(caption);
        }

        return found;
    }

    private string[] Extensions => _extensions ??= _options.CaptionExtension is { } one ? [one] : CaptionExtensions;

    private static string Stem(string path) => Path.ChangeExtension(path, null);

    private static bool IsHidden(ReadOnlySpan<char> name) => name.StartsWith('.');

    /// <summary>The files of a folder, listed once; without those whose name begins with a dot.</summary>
    private sealed class Listing
    {
        public Listing(string folder, string[] captionExtensions)
        {
            if (!Directory.Exists(folder))
                return;
            foreach (var file in Directory.EnumerateFiles(folder).Where(file => !IsHidden(Path.GetFileName(file.AsSpan()))))
                Add(file, captionExtensions);
            if (captionExtensions.Length > 0)
                PassOverMasks(captionExtensions);
            // The folder is the same before each name.
            foreach (var list in (List<string>[])[Pictures, Foreign, OfOtherTools, Unreadable])
                list.Sort((a, b) => a.AsSpan(folder.Length).SequenceCompareTo(b.AsSpan(folder.Length)));
            if (!Pictures.TrueForAll(picture => System.Text.Ascii.IsValid(picture)))
                FindTwice();
        }

        /// <summary>Full paths, in ordinal order.</summary>
        public List<string> Pictures { get; } = [];

        /// <summary>Full paths, by the composed form of themselves.</summary>
        public Dictionary<string, string> Captions { get; } = new(StringComparer.Ordinal);

        /// <summary>The extensions that captions here have.</summary>
        public List<string> CaptionExtensions { get; } = [];

        /// <summary>The pictures by the composed form of their path without its extension; of two the first one.</summary>
        public Dictionary<string, string> ByStem()
        {
            var pictures = new Dictionary<string, string>(Pictures.Count, StringComparer.Ordinal);
            foreach (var picture in Pictures)
                pictures.TryAdd(PictureNames.Composed(Stem(picture)), picture);
            return pictures;
        }

        /// <summary>Pictures of formats that are not read.</summary>
        public List<string> Foreign { get; } = [];

        /// <summary>What other tools lay beside pictures.</summary>
        public List<string> OfOtherTools { get; } = [];

        /// <summary>Files whose name is not UTF-8.</summary>
        public List<string> Unreadable { get; } = [];

        /// <summary>Names that look the same.</summary>
        public List<(string First, string Second)> Twice { get; } = [];

        // A mask lies beside its picture and has no caption; what has one is a picture, whatever its name.
        private void PassOverMasks(string[] captionExtensions)
        {
            var named = Pictures.FindAll(picture => PictureNames.MaskedBy(picture) is not null);
            if (named.Count == 0)
                return;
            var stems = Pictures.Select(picture => PictureNames.Composed(Stem(picture))).ToHashSet(StringComparer.Ordinal);
            var masks = named.Where(picture => PictureNames.MaskedBy(picture) is { } masked && stems.Contains(PictureNames.Composed(masked))
                && !Array.Exists(captionExtensions, extension => Captions.ContainsKey(PictureNames.Composed(Stem(picture) + extension)))).ToHashSet();
            OfOtherTools.AddRange(masks);
            Pictures.RemoveAll(masks.Contains);
        }

        /// <summary>Names that are not the same and look so are told apart by their bytes alone.</summary>
        private void FindTwice()
        {
            var names = new Dictionary<string, string>(Pictures.Count, StringComparer.Ordinal);
            foreach (var picture in Pictures)
            {
                if (!names.TryAdd(PictureNames.Composed(picture), picture))
                    Twice.Add((names[PictureNames.Composed(picture)], picture));
            }
        }

        private void Add(string file, string[] captionExtensions)
        {
            var isPicture = PictureNames.IsPicture(file);
            var caption = Array.Find(captionExtensions, extension => Path.GetExtension(file.AsSpan()).Equals(extension, StringComparison.Ordinal));
            var isCaption = caption is not null;
            if (isCaption && !CaptionExtensions.Contains(caption!))
                CaptionExtensions.Add(caption!);
            if ((isPicture || isCaption) && file.Contains('\uFFFD', StringComparison.Ordinal) && !File.Exists(file))
                Unreadable.Add(file);
            else if (isPicture && PictureNames.IsOfOtherTool(file))
                OfOtherTools.Add(file);
            else if (isPicture)
                Pictures.Add(file);
            else if (PictureNames.ForeignFormat(file) is not null)
                Foreign.Add(file);
            if (isCaption && !Captions.TryAdd(PictureNames.Composed(file), file))
                Twice.Add((Captions[PictureNames.Composed(file)], file));
        }
    }
}
