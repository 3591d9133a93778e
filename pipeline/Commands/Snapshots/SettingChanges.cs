using Slipway.Pipeline.Plans;

namespace Slipway.Pipeline.Commands.Snapshots;

/// <summary>A value of the plan, or a file that it names, that is another than before.</summary>
/// <param name="Path">Path of the value, with the versions together in which it changed alike: <c>versions.{v01,v02}.learning_rate</c>; or what the file is.</param>
/// <param name="From">The value before; null: it was not set.</param>
/// <param name="To">The value now; null: it is not set.</param>
/// <param name="IsFile">Whether it is a file, of which the content changed.</param>
public sealed record SettingChange(string Path, string? From, string? To, bool IsFile)
{
    /// <summary>The only version that it is about; null: several or all.</summary>
    public string? Version { get; init; }

    /// <summary>For people.</summary>
    public string Text => !IsFile ? $"{Path}: {From ?? "not set"} → {To ?? "not set"}"
        : From is null ? $"{Path}: new"
        : To is null ? $"{Path}: used no longer"
        : $"{Path}: its content is another";
}

/// <summary>Finds what differs between two sets of settings and inputs.</summary>
internal static class SettingChanges
{
    private const string Versions = "versions";

    /// <summary>Everything that differs, the files first.</summary>
    public static IReadOnlyList<SettingChange> Between(SnapshotManifest before, SnapshotManifest after) => Between(before.Settings, before.Inputs, after.Settings, after.Inputs);

    /// <summary>Everything that differs, the files first.</summary>
    public static IReadOnlyList<SettingChange> Between(
        IReadOnlyDictionary<string, string> settings, IReadOnlyDictionary<string, string> inputs, IReadOnlyDictionary<string, string> newSettings, IReadOnlyDictionary<string, string> newInputs) =>
    [
        .. Different(inputs, newInputs, (a, b) => a == b).Select(change => new SettingChange(change.Path, change.From, change.To, IsFile: true)),
        .. Different(settings, newSettings, PlanSettings.AreEqual).GroupBy(change => (Key: KeyOf(change.Path), change.From, change.To)).Select(group => Together([.. group])),
    ];

    private static IEnumerable<(string Path, string? From, string? To)> Different(
        IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after, Func<string?, string?, bool> areEqual) =>
        from path in before.Keys.Union(after.Keys).Order(StringComparer.Ordinal)
        let old = before.GetValueOrDefault(path)
        let now = after.GetValueOrDefault(path)
        where !areEqual(old, now)
        select (path, old, now);

    // A value of a version that others inherit changes in all of them at once.
    private static SettingChange Together(IReadOnlyList<(string Path, string? From, string? To)> changes)
    {
        var (path, from, to) = changes[0];
        var version = VersionOf(path);
        return changes.Count == 1
            ? new SettingChange(path, from, to, IsFile: false) { Version = version }
            : new SettingChange($"{Versions}.{{{string.Join(',', changes.Select(change => VersionOf(change.Path)))}}}.{KeyOf(path)}", from, to, IsFile: false);
    }

    private static string? VersionOf(string path) => path.Split('.', 3) is [Versions, var version, _] ? version : null;

    private static string KeyOf(string path) => path.Split('.', 3) is [Versions, _, var key] ? key : path;
}
