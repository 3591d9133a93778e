using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;
using Slipway.Engine.Caching;

namespace Slipway.Engine.Jobs;

/// <summary>
/// The entries of a job's key, derived from its record: the path of a property is its role, a value that is its default is left out, an
/// <see cref="Input"/> counts by the content of its file. Nothing is listed by hand, so nothing can be forgotten.
/// </summary>
/// <param name="inputs">The content of an input; a null hash and the producer's name where it has yet to be made.</param>
/// <param name="facts">Of the environment.</param>
/// <param name="salt">The user's addition to every key; empty for none.</param>
public sealed class JobFingerprint(Func<Input, JobInput> inputs, EnvironmentFacts facts, string salt = "")
{
    // Of bytes that are no text: a member that is null is not one that says so.
    private static readonly ContentHash Nothing = ContentHash.Of([0xFF]);

    private static readonly ContentHash AllDefaults = ContentHash.Of([0xFE]);

    private const int Few = 8;

    // Records that many jobs share, such as the base model's files, are gone through once, where they have more than a few entries.
    private readonly ConditionalWeakTable<object, SharedEntries> _shared = [];

    /// <summary>Kind, code version, salt, environment, and every member that counts.</summary>
    /// <exception cref="NotSupportedException">A member is of a type that a key cannot hold.</exception>
    public IReadOnlyList<FingerprintEntry> Entries(IJob job)
    {
        List<FingerprintEntry> entries =
        [
            new(EntryKind.Code, "kind", job.Kind.Name, ContentHash.Of(job.Kind.Name)),
            new(EntryKind.Code, "code version", $"{job.Kind.CodeVersion}", ContentHash.Of($"{job.Kind.CodeVersion}")),
            .. salt.Length > 0 ? [FingerprintEntry.Parameter("salt", salt)] : Array.Empty<FingerprintEntry>(),
            .. facts.Entries(job.Environment),
        ];
        AddMembers(entries, job, default, inline: false);
        return entries;
    }

    /// <summary>All inputs that the record names, each once, in the order of its members.</summary>
    public static IReadOnlyList<Input> InputsOf(IJob job)
    {
        var found = new List<Input>();
        Collect(job, found);
        var seen = new HashSet<Input>(found.Count);
        return found.FindAll(seen.Add);
    }

    private static void Collect(object value, List<Input> found)
    {
        switch (value)
        {
            case Input input:
                found.Add(input);
                break;
            case IEnumerable list:
                foreach (var item in list)
                    Collect(item, found);
                break;
            default:
                foreach (var member in RecordShape.Of(value.GetType()).InputMembers)
                {
                    if (member.Get(value) is { } inner)
                        Collect(inner, found);
                }

                break;
        }
    }

    private void AddMembers(List<FingerprintEntry> entries, object record, Place at, bool inline)
    {
        var shape = RecordShape.Of(record.GetType());
        var mayBeShared = !inline && record is not IJob && !(shape.IsFlat && shape.Members.Length <= Few);
        if (mayBeShared && _shared.TryGetValue(record, out var shared) && shared.At == at)
        {
            entries.AddRange(shared.Entries);
            return;
        }

        var first = entries.Count;
        foreach (var member in shape.Members)
        {
            var value = member.Get(record);
            if (!member.HasDefault || !RecordShape.AreEqual(value, member.Default))
                Add(entries, member.Name, value, at, inline || member.IsInline);
        }

        if (mayBeShared && entries.Count - first > Few && entries.FindIndex(first, entry => entry.Hash is null) < 0)
            _shared.AddOrUpdate(record, new SharedEntries(at, entries.GetRange(first, entries.Count - first)));
    }

    private void Add(List<FingerprintEntry> entries, string name, object? value, Place at, bool inline)
    {
        switch (value)
        {
            case null:
                entries.Add(new FingerprintEntry(EntryKind.Parameter, at.Role(name), "nothing", Nothing));
                break;
            case Input input:
                entries.Add(inputs(input).Entry(at.Role(name)));
                break;
            case not null when RecordShape.Text(value) is { } text:
                entries.Add(FingerprintEntry.Parameter(at.Role(name), text));
                break;
            case IReadOnlyDictionary<string, string> map:
                entries.Add(FingerprintEntry.Parameter(at.Role(name), map.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(Pair)));
                break;
            case IEnumerable list:
                AddList(entries, name, [.. list.Cast<object?>()], at, inline);
                break;
            default:
                AddRecord(entries, value, inline ? at : at.Below(name), name, at, inline);
                break;
        }
    }

    // A record without an entry of its own, all at its defaults, is not the same as none, and not the same as another default.
    private void AddRecord(List<FingerprintEntry> entries, object record, Place at, string name, Place outer, bool inline)
    {
        var count = entries.Count;
        AddMembers(entries, record, at, inline);
        if (entries.Count == count)
            entries.Add(new FingerprintEntry(EntryKind.Parameter, outer.Role(name), "its defaults", AllDefaults));
    }

    // The key's colons are told from the one between key and value.
    private static string Pair(KeyValuePair<string, string> pair) =>
        $"{pair.Key.Replace(@"\", @"\\", StringComparison.Ordinal).Replace(":", @"\:", StringComparison.Ordinal)}: {pair.Value}";

    // Simple elements are one value; the members of others are known by the elements' labels, or places.
    private void AddList(List<FingerprintEntry> entries, string name, List<object?> list, Place at, bool inline)
    {
        if (list.TrueForAll(item => item is null or KeyValuePair<string, string> || RecordShape.Text(item) is not null))
        {
            entries.Add(FingerprintEntry.Parameter(at.Role(name), list.Select(item => item is null ? "nothing" : item is KeyValuePair<string, string> pair ? Pair(pair) : RecordShape.Text(item)!)));
            return;
        }

        var below = inline ? at : at.Below(name);
        for (var i = 0; i < list.Count; i++)
        {
            var label = list[i] is ILabelled labelled ? labelled.Label : i.ToString(CultureInfo.InvariantCulture);
            var under = at.Under(label);
            if (list[i] is Input or NamedFile)
                entries.Add(inputs(list[i] as Input ?? ((NamedFile)list[i]!).File).Entry(under.Role(name)));
            else
                AddRecord(entries, list[i]!, below with { Labels = under.Labels }, name, under, inline: false);
        }

        AddOrder(entries, name, list, at);
    }

    // Elements are known by their labels, so their order counts by itself, where it is not that of the labels.
    private static void AddOrder(List<FingerprintEntry> entries, string name, List<object?> list, Place at)
    {
        var labels = list.OfType<ILabelled>().Select(item => item.Label).ToList();
        for (var i = 1; i < labels.Count; i++)
        {
            if (string.CompareOrdinal(labels[i - 1], labels[i]) < 0)
                continue;
            entries.Add(FingerprintEntry.Parameter(at.Role(name), labels));
            return;
        }
    }

    /// <summary>Where a member is: the records around it, then the labels of the lists around it, the outer first: <c>images.image/10_cat/a.png</c>.</summary>
    /// <param name="Members">Names of records and lists, each with a point behind it; null: none.</param>
    /// <param name="Labels">Labels, each behind a slash; null: none.</param>
    private readonly record struct Place(string? Members, string? Labels)
    {
        public string Role(string name) => string.Concat(Members, name, Labels);

        public Place Below(string name) => this with { Members = string.Concat(Members, name, ".") };

        public Place Under(string label) => this with { Labels = string.Concat(Labels, "/", label) };
    }

    private sealed record SharedEntries(Place At, List<FingerprintEntry> Entries);
}
