namespace Slipway.Training;

/// <summary>
/// A training folder as sd-scripts defines it: subfolders <c>{repeats}_{name}/</c> with images and a caption file of
/// the same stem beside each. A caption is the first line of its file.
/// </summary>
public sealed class TrainingSet
{
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".webp"];

    private readonly List<TrainingImage> _images = [];
    private readonly List<string> _problems = [];
    private readonly List<string> _warnings = [];
    private readonly TrainingSetOptions _options;

    private TrainingSet(string folder, TrainingSetOptions options)
    {
        Folder = folder;
        _options = options;
    }

    public string Folder { get; }

    /// <summary>In ordinal order of folder and file name.</summary>
    public IReadOnlyList<TrainingImage> Images => _images;

    /// <summary>Subfolders that were skipped because their name does not begin with a number of repeats.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Reads every image and caption.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">
    /// An image without caption, a caption without image, an empty folder, transparency without a policy, an image that
    /// cannot be read or whose sides the model cannot take: all of them, a line each.
    /// </exception>
    public static TrainingSet Read(string folder, TrainingSetOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"Training folder {folder} does not exist; make it, with subfolders named {{repeats}}_{{name}}.");
        var set = new TrainingSet(folder, options);
        foreach (var subfolder in Directory.GetDirectories(folder).Order(StringComparer.Ordinal))
            set.ReadSubfolder(subfolder);
        if (set._images.Count == 0 && set._problems.Count == 0)
            set._problems.Add($"{folder}: holds no folder of images; expected subfolders named {{repeats}}_{{name}}, such as 10_sail_kun");
        return set._problems.Count == 0 ? set : throw new InvalidDataException(string.Join("\n", set._problems));
    }

    private void ReadSubfolder(string subfolder)
    {
        var name = Path.GetFileName(subfolder);
        if (TrainingFolderName.Parse(name) is not { Repeats: var repeats })
        {
            _warnings.Add($"{subfolder}: skipped, its name does not begin with a number of repeats (10_name)");
            return;
        }
        var files = Directory.GetFiles(subfolder).Order(StringComparer.Ordinal).ToList();
        var images = files.Where(f => Extensions.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase)).ToList();
        if (images.Count == 0)
            _problems.Add($"{subfolder}: holds no image; put one in or remove the folder");

        var stems = images.Select(Stem).ToHashSet(StringComparer.Ordinal);
        _problems.AddRange(files.Where(f => Path.GetExtension(f) == _options.CaptionExtension && !stems.Contains(Stem(f)))
            .Select(f => $"{f}: no image has this name; add the image or remove the caption"));
        foreach (var image in images)
            ReadImage(image, name, repeats);
    }

    private void ReadImage(string path, string folderName, int repeats)
    {
        var caption = ReadCaption(path);
        var image = Decode(path);
        if (caption is null || image is null)
            return;
        _images.Add(new TrainingImage($"{folderName}/{Path.GetFileName(path)}", image.Value.Rgb, image.Value.Width, image.Value.Height, caption, repeats));
    }

    private string? ReadCaption(string imagePath)
    {
        var path = Stem(imagePath) + _options.CaptionExtension;
        if (!File.Exists(path))
        {
            _problems.Add($"{imagePath}: no caption; expected {Path.GetFileName(path)} beside it");
            return null;
        }
        var caption = File.ReadLines(path).FirstOrDefault("").Trim();
        if (caption.Length == 0)
            _problems.Add($"{path}: the first line is empty; write the caption there");
        return caption.Length == 0 ? null : caption;
    }

    private (byte[] Rgb, int Width, int Height)? Decode(string path)
    {
        try
        {
            var image = _options.Decode(path);
            if (image.HasAlpha && _options.AlphaPolicy is null)
                _problems.Add($"{path}: is partly transparent and no alpha policy is set; say what colour it is laid on");
            else
                return ((_options.AlphaPolicy ?? AlphaPolicy.White).Flatten(image.Rgba), image.Width, image.Height);
        }
        catch (InvalidDataException exception)
        {
            _problems.Add(exception.Message);
        }
        return null;
    }

    private static string Stem(string path) => Path.ChangeExtension(path, null);
}
