using System.IO.Enumeration;

namespace Slipway.Training.Data;

/// <summary>The files of a folder, listed once and known by their names; without those that begin with a dot.</summary>
internal sealed class FolderListing
{
    private const int FaceCropTokens = 4;
    private readonly string _folder;
    private readonly string[] _captionExtensions;
    private readonly bool[] _hasCaptions;
    private readonly Dictionary<string, Caption> _captions = new(StringComparer.Ordinal); // by the composed form of their names
    private Dictionary<string, string>? _byStem;

    /// <param name="folder">Its path; one that is not there has no files.</param>
    /// <param name="captionExtensions">What captions end in.</param>
    public FolderListing(string folder, string[] captionExtensions)
    {
        (_folder, _captionExtensions, _hasCaptions) = (folder, captionExtensions, new bool[captionExtensions.Length]);
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

    /// <summary>The captions, in ordinal order.</summary>
    public IEnumerable<string> Captions => _captions.Values.Select(caption => caption.File).Order(StringComparer.Ordinal);

    /// <summary>Whether there are captions.</summary>
    public bool HasCaptions => _captions.Count > 0;

    /// <summary>The captions that nobody has taken with <see cref="TakeCaptionsOf"/>, in ordinal order.</summary>
    public IEnumerable<string> CaptionsLeft => _captions.Values.Where(caption => !caption.IsTaken).Select(caption => caption.File).Order(StringComparer.Ordinal);

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

    /// <summary>The captions of a picture, which are no longer left. sd-scripts also takes that of the picture that a face was cut out of: those names have four numbers more.</summary>
    public IReadOnlyList<string> TakeCaptionsOf(string picture)
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
            if (!_hasCaptions[i] || !_captions.TryGetValue(PictureNames.Composed($"{stem}{_captionExtensions[i]}"), out var caption))
                continue;
            caption.IsTaken = true;
            found = [.. found, caption.File];
        }

        return found;
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
        if (caption >= 0 && !_captions.TryAdd(PictureNames.Composed(file), new Caption(file)))
            Twice.Add((_captions[PictureNames.Composed(file)].File, file));
    }

    private sealed class Caption(string file)
    {
        public string File { get; } = file;

        public bool IsTaken { get; set; }
    }
}
