using System.Collections;
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

    // Records that many jobs share, such as the base model's files, are gone through once.
    private readonly ConditionalWeakTable<object, List<Entry>> _shared = [];

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
        entries.AddRange(MembersOf(job, inline: false).Select(entry => entry.Value));
        return entries;
    }

    /// <summary>All inputs that the record names, each once, in the order of its members.</summary>
    public static IReadOnlyList<Input> InputsOf(IJob job)
    {
        var found = new List<Input>();
        Collect(job, found);
        return [.. found.Distinct()];
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

    private List<Entry> MembersOf(object record, bool inline)
    {
        if (!inline && record is not IJob && _shared.TryGetValue(record, out var known))
            return known;
        var entries = new List<Entry>();
        foreach (var member in RecordShape.Of(record.GetType()).Members)
        {
            var value = member.Get(record);
            if (member.HasDefault && RecordShape.AreEqual(value, member.Default))
                continue;
            entries.AddRange(EntriesOf(member.Name, value, inline || member.IsInline));
        }

        if (!inline && record is not IJob && entries.TrueForAll(entry => entry.Value.Hash is not null))
            _shared.AddOrUpdate(record, entries);
        return entries;
    }

    private IEnumerable<Entry> EntriesOf(string name, object? value, bool inline) => value switch
    {
        null => [new Entry(name, new FingerprintEntry(EntryKind.Parameter, name, "nothing", Nothing))],
        Input input => [new Entry(name, inputs(input).Entry(name))],
        _ when RecordShape.Text(value) is { } text => [new Entry(name, FingerprintEntry.Parameter(name, text))],
        IReadOnlyDictionary<string, string> map => [new Entry(name, FingerprintEntry.Parameter(name, map.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(Pair)))],
        IEnumerable list => OfList(name, list.Cast<object?>().ToList(), inline),
        _ => OfRecord(name, value, inline),
    };

    // A record without an entry of its own, all at its defaults, is not the same as none, and not the same as another default.
    private IEnumerable<Entry> OfRecord(string name, object record, bool inline) => MembersOf(record, inline) is { Count: > 0 } entries
        ? entries.Select(entry => inline ? entry : entry.Below(name))
        : [AllDefaults(name)];

    private static Entry AllDefaults(string role) => new(role, new FingerprintEntry(EntryKind.Parameter, role, "its defaults", ContentHash.Of([0xFE])));

    // The key's colons are told from the one between key and value.
    private static string Pair(KeyValuePair<string, string> pair) =>
        $"{pair.Key.Replace(@"\", @"\\", StringComparison.Ordinal).Replace(":", @"\:", StringComparison.Ordinal)}: {pair.Value}";

    // Simple elements are one value; the members of others are known by the elements' labels, or places.
    private IEnumerable<Entry> OfList(string name, List<object?> list, bool inline)
    {
        if (list.TrueForAll(item => item is null or KeyValuePair<string, string> || RecordShape.Text(item) is not null))
            return [new Entry(name, FingerprintEntry.Parameter(name, list.Select(item => item is null ? "nothing" : item is KeyValuePair<string, string> pair ? Pair(pair) : RecordShape.Text(item)!)))];
        return list.SelectMany((item, i) => OfItem(name, item, i, inline)).Concat(Order(name, list));
    }

    private IEnumerable<Entry> OfItem(string name, object? item, int i, bool inline)
    {
        var label = item is ILabelled labelled ? labelled.Label : $"{i}";
        if (item is Input)
            return EntriesOf($"{name}/{label}", item, inline: false);
        return MembersOf(item!, inline: false) is { Count: > 0 } entries
            ? entries.Select(entry => entry.Of(item is NamedFile || !inline ? name : "", label, item is NamedFile))
            : [AllDefaults($"{name}/{label}")];
    }

    // Elements are known by their labels, so their order counts by itself, where it is not that of the labels.
    private static IEnumerable<Entry> Order(string name, List<object?> list)
    {
        var labels = list.OfType<ILabelled>().Select(item => item.Label).ToList();
        for (var i = 1; i < labels.Count; i++)
        {
            if (string.CompareOrdinal(labels[i - 1], labels[i]) >= 0)
                return [new Entry(name, FingerprintEntry.Parameter(name, labels))];
        }

        return [];
    }

    /// <summary>An entry and its path from the record on.</summary>
    private sealed record Entry(string Path, FingerprintEntry Value)
    {
        public Entry Below(string name) => Named($"{name}.{Path}");

        // The labels of nested lists follow one another, the outer first: images.image/10_cat/a.png.
        public Entry Of(string list, string label, bool isFile)
        {
            var slash = isFile ? -1 : Path.IndexOf('/', StringComparison.Ordinal);
            var (member, rest) = slash < 0 ? (isFile ? "" : Path, "") : (Path[..slash], Path[slash..]);
            return Named($"{list}{(list.Length > 0 && member.Length > 0 ? "." : "")}{member}/{label}{rest}");
        }

        private Entry Named(string path) => new(path, Value with { Role = path });
    }
}
