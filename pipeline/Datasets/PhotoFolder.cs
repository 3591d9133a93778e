using System.Security.Cryptography;
using System.Text;
using Slipway.Engine.Files;
using Slipway.Training.Data;

namespace Slipway.Pipeline.Datasets;

/// <summary>A picture of the user's that becomes a background.</summary>
/// <param name="Name">Its path in the folder, with <c>/</c>.</param>
/// <param name="Path">The same in the workspace.</param>
internal sealed record Photo(string Name, string Path)
{
    /// <summary>Its kind: the subfolder that it lies in; empty where it lies in none.</summary>
    public string Kind => Name.Contains('/', StringComparison.Ordinal) ? Name[..Name.IndexOf('/', StringComparison.Ordinal)] : "";

    /// <summary>A number of its own, whichever others there are.</summary>
    /// <param name="seed">Another seed gives others.</param>
    public uint Number(long seed) => BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{seed}\n{Name}"))));
}

/// <summary>Pictures of the user's that become backgrounds. Only names are looked at.</summary>
/// <param name="Photos">All, in ordinal order of their names.</param>
/// <param name="Warnings">What was passed over, and why.</param>
internal sealed record PhotoFolder(IReadOnlyList<Photo> Photos, IReadOnlyList<string> Warnings)
{
    // Links may lead in a circle.
    private static EnumerationOptions Everywhere { get; } = new() { RecurseSubdirectories = true, MaxRecursionDepth = 16, AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    /// <summary>Lists a folder and those in it.</summary>
    /// <param name="folder">As the plan has it.</param>
    /// <param name="workspace">What it is relative to.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">There is no picture in it.</exception>
    public static PhotoFolder List(string folder, string workspace)
    {
        var root = System.IO.Path.Combine(workspace, folder);
        if (!Directory.Exists(root))
            throw new DirectoryNotFoundException($"`backgrounds.folder`: folder '{folder}' does not exist.");
        string Below(string path) => System.IO.Path.GetRelativePath(root, path).Replace('\\', '/');
        string[] files = [.. Directory.EnumerateFiles(root, "*", Everywhere).Select(Below).Where(name => !name.Split('/').Any(part => part.StartsWith('.'))).Order(StringComparer.Ordinal)];
        string[] pictures = [.. files.Where(name => PictureNames.IsPicture(name) && !PictureNames.IsOfOtherTool(name))];
        var stems = pictures.Select(name => System.IO.Path.ChangeExtension(name, null)).ToHashSet(StringComparer.Ordinal);
        Photo[] photos = [.. pictures.Where(name => PictureNames.MaskedBy(name) is not { } masked || !stems.Contains(masked)).Select(name => new Photo(name, System.IO.Path.GetRelativePath(workspace, System.IO.Path.Combine(root, name)).Replace('\\', '/')))];
        return photos.Length > 0
            ? new PhotoFolder(photos, [.. files.Where(name => PictureNames.ForeignFormat(name) is not null).Select(name => $"{folder}/{name}: no background, {PictureNames.ForeignFormat(name)} is not read; save it as PNG, JPEG or WebP")])
            : throw new InvalidDataException($"`backgrounds.folder`: '{folder}' holds no picture (PNG, JPEG or WebP; BMP and GIF are read too), nor does a subfolder.");
    }

    /// <summary>At most so many, as evenly of each kind as there are: one picture more changes at most one of them.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Another seed chooses others.</param>
    public IReadOnlyList<Photo> Choose(int count, long seed)
    {
        var ranked = Photos.GroupBy(photo => photo.Kind, StringComparer.Ordinal).SelectMany(kind => kind.OrderBy(photo => photo.Number(seed)).ThenBy(photo => photo.Name, StringComparer.Ordinal).Index());
        return [.. ranked.OrderBy(photo => photo.Index).ThenBy(photo => photo.Item.Kind, StringComparer.Ordinal).Take(count).Select(photo => photo.Item).OrderBy(photo => photo.Name, StringComparer.Ordinal)];
    }

    /// <summary>What files made of a photo are called, without an extension; no two alike, whatever the file system takes for the same.</summary>
    public static IReadOnlyList<string> Labels(IReadOnlyList<Photo> photos)
    {
        string[] plain = [.. photos.Select(photo => "photo_" + FileName.OfTag(System.IO.Path.ChangeExtension(photo.Name, null)!.Replace('/', '_')))];
        var twice = plain.CountBy(label => Plans.Yaml.PlanNames.Fold(label), StringComparer.Ordinal).Where(label => label.Value > 1).Select(label => label.Key).ToHashSet(StringComparer.Ordinal);
        return [.. plain.Zip(photos, (label, photo) => twice.Contains(Plans.Yaml.PlanNames.Fold(label)) ? FormattableString.Invariant($"{label}_{photo.Number(0):x8}") : label)];
    }
}
