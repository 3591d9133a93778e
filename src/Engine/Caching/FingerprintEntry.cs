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

    /// <summary>The group that a role stands for: <c>dataset</c> of <c>dataset/003</c>; of a role without members, itself.</summary>
    internal static string GroupOf(string role) => role.IndexOf('/', StringComparison.Ordinal) is >= 0 and var end ? role[..end] : role;

    /// <summary>A text parameter.</summary>
    public static FingerprintEntry Parameter(string role, string value) =>
        new(EntryKind.Parameter, role, value, ContentHash.Of(value));

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

    /// <summary>A file that an earlier stage wrote.</summary>
    public static FingerprintEntry Output(string role, string description, ContentHash hash, string source) =>
        new(EntryKind.Output, role, description, hash) { Source = source };

    /// <summary>Something that an earlier stage, named by <paramref name="producer"/>, would first have to write.</summary>
    public static FingerprintEntry Pending(string role, string producer) => new(EntryKind.Output, role, producer, null);
}
