using System.Diagnostics.CodeAnalysis;
using System.IO.Enumeration;
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
    private const int MostLetters = 256;

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
        var own = new Listing(folder, Extensions);
        var numbered = own.Folders.FindAll(sub => TrainingFolderName.Parse(sub) is not null);
        if (own.Pictures.Count > 0 || (own.Captions.Count > 0 && numbered.Count == 0))
        {
            _problems.AddRange(numbered.Select(sub => $"{own.PathOf(sub)}: lies beside pictures; move those into a subfolder too, or this one elsewhere"));
            ReadFolder(own, "", null);
            return;
        }

        PassOver(own);
        _warnings.AddRange(own.Captions.Values.Order(StringComparer.Ordinal).Select(caption => $"{own.PathOf(caption)}: passed over, a text beside the training folders is no caption"));
        foreach (var sub in own.Folders)
        {
            var path = own.PathOf(sub);
            if (TrainingFolderName.Parse(sub) is not { } name)
                _warnings.Add($"{path}: skipped, its name does not begin with a number of repeats (10_name)");
            else if (new Listing(path, Extensions) is { Pictures.Count: > 0 } files)
                ReadFolder(files, sub, name);
            else
                _problems.Add($"{path}: holds no picture; put one in or remove the folder");
        }

        if (_files.Count == 0 && _problems.Count == 0)
            _problems.Add($"{folder}: holds no picture (PNG, JPEG or WebP; BMP and GIF are read too), nor a subfolder of pictures named {{repeats}}_{{name}}, such as 10_sail_kun");
    }

    private void ReadFolder(Listing files, string subfolder, TrainingFolderName? name)
    {
        PassOver(files);
        var masks = _options.MaskFolder is { } folder ? new Listing(Path.Combine(folder, subfolder), []) : null;
        var used = new HashSet<string>(files.Captions.Count, StringComparer.Ordinal);
        foreach (var picture in files.Foreign)
            used.UnionWith(files.CaptionsOf(picture));
        foreach (var picture in files.Pictures)
        {
            var captions = files.CaptionsOf(picture);
            used.UnionWith(captions);
            var given = Given(files, picture, captions, name);
            if (given is not null || captions.Count == 1)
                _files.Add(new TrainingFile(picture, given is null ? captions[0] : null, masks is null ? null : Mask(files, picture, masks), subfolder, name?.Repeats, given));
        }

        if (used.Count < files.Captions.Count)
            _problems.AddRange(files.Captions.Values.Where(caption => !used.Contains(caption)).Order(StringComparer.Ordinal).Select(caption => $"{files.PathOf(caption)}: no picture has this name; add the picture or remove the caption"));
    }

    // What a person would take for a picture is never passed over in silence.
    private void PassOver(Listing files)
    {
        _problems.AddRange(files.Unreadable.Select(file => $"{files.PathOf(file)}: its name is not UTF-8 (U+FFFD stands for what cannot be read of it); rename it"));
        _problems.AddRange(files.Twice.Select(pair => $"{files.PathOf(pair.Second)}: looks the same as {pair.First}, with letters and accents written another way; rename or remove one"));
        _warnings.AddRange(files.Foreign.Select(file => $"{files.PathOf(file)}: not learned from, {PictureNames.ForeignFormat(file)} is not read; save it as PNG, JPEG or WebP"));
        _warnings.AddRange(files.OfOtherTools.Select(file => $"{files.PathOf(file)}: passed over, a mask of another tool is no picture"));
    }

    /// <summary>The caption that comes from no file; null where one has it, or where there is none, which is a problem.</summary>
    private string? Given(Listing files, string picture, IReadOnlyList<string> captions, TrainingFolderName? name)
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

    private string? Mask(Listing files, string picture, Listing masks)
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

    /// <summary>The files of a folder, listed once and known by their names; without those that begin with a dot.</summary>
    private sealed class Listing
    {
        private readonly string _folder;
        private readonly string[] _captionExtensions;
        private readonly bool[] _hasCaptions;
        private readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _captions;
        private Dictionary<string, string>? _byStem;

        /// <param name="folder">Its path; one that is not there has no files.</param>
        /// <param name="captionExtensions">What captions end in.</param>
        public Listing(string folder, string[] captionExtensions)
        {
            (_folder, _captionExtensions, _hasCaptions) = (folder, captionExtensions, new bool[captionExtensions.Length]);
            _captions = Captions.GetAlternateLookup<ReadOnlySpan<char>>();
            if (!Directory.Exists(folder))
                return;
            foreach (var name in Entries(folder))
            {
                if (name.EndsWith('/'))
                    Folders.Add(name[..^1]);
                else
                    Add(name);
            }

            if (captionExtensions.Length > 0)
                PassOverMasks();
            foreach (var list in (List<string>[])[Folders, Pictures, Foreign, OfOtherTools, Unreadable])
                list.Sort(StringComparer.Ordinal);
            if (!Pictures.TrueForAll(picture => System.Text.Ascii.IsValid(picture)))
                FindTwice();
        }

        /// <summary>The folders in it, in ordinal order.</summary>
        public List<string> Folders { get; } = [];

        /// <summary>The pictures, in ordinal order.</summary>
        public List<string> Pictures { get; } = [];

        /// <summary>The captions, by the composed form of their names.</summary>
        public Dictionary<string, string> Captions { get; } = new(StringComparer.Ordinal);

        /// <summary>The pictures by the composed form of their names without extension; of two the first one.</summary>
        public Dictionary<string, string> ByStem => _byStem ??= Pictures.DistinctBy(ComposedStem, StringComparer.Ordinal).ToDictionary(ComposedStem, StringComparer.Ordinal);

        /// <summary>Pictures of formats that are not read.</summary>
        public List<string> Foreign { get; } = [];

        /// <summary>What other tools lay beside pictures.</summary>
        public List<string> OfOtherTools { get; } = [];

        /// <summary>Files whose name is not UTF-8.</summary>
        public List<string> Unreadable { get; } = [];

        /// <summary>Names that look the same.</summary>
        public List<(string First, string Second)> Twice { get; } = [];

        /// <summary>Where a file of this folder is.</summary>
        public string PathOf(string name) => Path.Combine(_folder, name);

        // sd-scripts also takes the caption of the picture that a face was cut out of: those names have four numbers more.
        public IReadOnlyList<string> CaptionsOf(string picture)
        {
            var stem = Path.GetFileNameWithoutExtension(picture.AsSpan());
            var own = CaptionsAt(stem);
            return own.Count == 0 && EndBeforeTokens(stem) is >= 0 and var end ? CaptionsAt(stem[..end]) : own;
        }

        private static int EndBeforeTokens(ReadOnlySpan<char> stem)
        {
            var end = stem.Length;
            for (var token = 0; token < FaceCropTokens && end >= 0; token++)
                end = stem[..end].LastIndexOf('_');
            return end;
        }

        private IReadOnlyList<string> CaptionsAt(ReadOnlySpan<char> stem)
        {
            string[] found = [];
            for (var i = 0; i < _captionExtensions.Length; i++)
            {
                if (_hasCaptions[i] && TryFindCaption(stem, _captionExtensions[i], out var caption))
                    found = [.. found, caption];
            }

            return found;
        }

        private bool TryFindCaption(ReadOnlySpan<char> stem, string extension, [NotNullWhen(true)] out string? caption)
        {
            Span<char> name = stackalloc char[MostLetters];
            return stem.Length + extension.Length <= name.Length && System.Text.Ascii.IsValid(stem)
                ? _captions.TryGetValue(Joined(stem, extension, name), out caption)
                : Captions.TryGetValue(PictureNames.Composed(string.Concat(stem, extension)), out caption);
        }

        private static ReadOnlySpan<char> Joined(ReadOnlySpan<char> stem, string extension, Span<char> name)
        {
            stem.CopyTo(name);
            extension.CopyTo(name[stem.Length..]);
            return name[..(stem.Length + extension.Length)];
        }

        /// <summary>The names in a folder; a folder's ends in a slash.</summary>
        private static FileSystemEnumerable<string> Entries(string folder) =>
            new(folder, (ref FileSystemEntry entry) => entry.IsDirectory ? $"{entry.FileName}/" : entry.FileName.ToString(), new EnumerationOptions { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false })
            {
                ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.FileName.StartsWith('.'),
            };

        private static string ComposedStem(string picture) => PictureNames.Composed(Path.GetFileNameWithoutExtension(picture));

        // A mask lies beside its picture and has no caption; what has one is a picture, whatever its name.
        private void PassOverMasks()
        {
            var named = Pictures.FindAll(picture => PictureNames.MaskedBy(picture) is not null);
            if (named.Count == 0)
                return;
            var stems = Pictures.Select(ComposedStem).ToHashSet(StringComparer.Ordinal);
            var masks = named.Where(picture => PictureNames.MaskedBy(picture) is { } masked && stems.Contains(PictureNames.Composed(masked))
                && CaptionsAt(Path.GetFileNameWithoutExtension(picture.AsSpan())).Count == 0).ToHashSet(StringComparer.Ordinal);
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

        private void Add(string file)
        {
            var isPicture = PictureNames.IsPicture(file);
            var caption = Array.FindIndex(_captionExtensions, extension => Path.GetExtension(file.AsSpan()).Equals(extension, StringComparison.Ordinal));
            if (caption >= 0)
                _hasCaptions[caption] = true;
            if ((isPicture || caption >= 0) && file.Contains('\uFFFD', StringComparison.Ordinal) && !File.Exists(PathOf(file)))
                Unreadable.Add(file);
            else if (isPicture && PictureNames.IsOfOtherTool(file))
                OfOtherTools.Add(file);
            else if (isPicture)
                Pictures.Add(file);
            else if (PictureNames.ForeignFormat(file) is not null)
                Foreign.Add(file);
            if (caption >= 0 && !Captions.TryAdd(PictureNames.Composed(file), file))
                Twice.Add((Captions[PictureNames.Composed(file)], file));
        }
    }
}
