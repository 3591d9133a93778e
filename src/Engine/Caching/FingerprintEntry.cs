using System.Globalization;

namespace Slipway.Engine.Caching;

/// <summary>
/// One thing that a stage's result depends on. The key is made of kind, role and hash; the description is for people
/// (a parameter's value, a file's name), so a file that is renamed and otherwise unchanged makes nothing run.
/// </summary>
/// <param name="Kind">What sort of thing it is.</param>
/// <param name="Role">What it is to the stage: <c>learning_rate</c>, <c>sprite</c>, or <c>dataset/003</c> for a member of a group.</param>
/// <param name="Description">What a person wants to read about it.</param>
/// <param name="Hash">Hash of the value or content; null while an earlier stage has yet to produce it.</param>
public sealed record FingerprintEntry(EntryKind Kind, string Role, string Description, ContentHash? Hash)
{
    /// <summary>The file that was hashed, if any: it is looked at again after the stage has run. Not part of the key.</summary>
    public string? Source { get; init; }

    /// <summary>The elements where the value is a list, so that a reason can say which of them are new. Not part of the key.</summary>
    public IReadOnlyList<string>? Items { get; init; }

    /// <summary>The files where the entry stands for many: <see cref="Hash"/> is the listing's. Not part of the key, and not read back from a record.</summary>
    public FileListing? Listing
    {
        get;
        init
        {
            field = value;
            IsListing = value is not null;
        }
    }

    /// <summary>Whether <see cref="Hash"/> is that of a <see cref="FileListing"/>, which the store keeps under it.</summary>
    public bool IsListing { get; init; }

    /// <summary>A text parameter.</summary>
    public static FingerprintEntry Parameter(string role, string value) =>
        new(EntryKind.Parameter, role, value, ContentHash.Of(value));

    /// <summary>A number, written with the fewest digits that give it back.</summary>
    public static FingerprintEntry Parameter(string role, double value) =>
        Parameter(role, value.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>A whole number.</summary>
    public static FingerprintEntry Parameter(string role, long value) =>
        Parameter(role, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A switch.</summary>
    public static FingerprintEntry Parameter(string role, bool value) => Parameter(role, value ? "true" : "false");

    /// <summary>A list whose order counts; every element is prefixed by its length, so no separator can be forged.</summary>
    public static FingerprintEntry Parameter(string role, IEnumerable<string> values)
    {
        var list = values.ToList();
        var canonical = string.Concat(list.Select(value => $"{value.Length}:{value}"));
        return new FingerprintEntry(EntryKind.Parameter, role, string.Join(", ", list), ContentHash.Of(canonical)) { Items = list };
    }

    /// <summary>A fact about the machine or its libraries that can change the bytes.</summary>
    public static FingerprintEntry Environment(string role, string value) =>
        new(EntryKind.Environment, role, value, ContentHash.Of(value));

    /// <summary>A file of the user's.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static FingerprintEntry File(string role, string path, FileHasher hasher) =>
        new(EntryKind.File, role, path, hasher.Hash(path)) { Source = path };

    /// <summary>All files below a folder, each with the role <c>group/relative/path</c>.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static IEnumerable<FingerprintEntry> Folder(string group, string folder, FileHasher hasher) =>
        hasher.HashFolder(folder).Select(file =>
            new FingerprintEntry(EntryKind.File, $"{group}/{file.Path}", file.Path, file.Hash) { Source = Path.Combine(folder, file.Path) });

    /// <summary>Many files as one entry: the key grows by one hash, however many they are.</summary>
    /// <param name="group">What they are to the stage.</param>
    /// <param name="description">What a person wants to read about them, such as their folder.</param>
    /// <param name="listing">Their paths and hashes.</param>
    public static FingerprintEntry Files(string group, string description, FileListing listing)
    {
        ArgumentNullException.ThrowIfNull(listing);
        return new FingerprintEntry(EntryKind.File, group, description, listing.Hash) { Listing = listing };
    }

    /// <summary>A file or a folder of the user's, whichever is there.</summary>
    /// <exception cref="FileNotFoundException">There is neither.</exception>
    public static IEnumerable<FingerprintEntry> FileOrFolder(string role, string path, FileHasher hasher) =>
        Directory.Exists(path) ? Folder(role, path, hasher) : [File(role, path, hasher)];

    /// <summary>A file that an earlier stage wrote.</summary>
    public static FingerprintEntry Output(string role, string description, ContentHash hash, string source) =>
        new(EntryKind.Output, role, description, hash) { Source = source };

    /// <summary>Something that an earlier stage, named by <paramref name="producer"/>, would first have to write.</summary>
    public static FingerprintEntry Pending(string role, string producer) => new(EntryKind.Output, role, producer, null);
}
