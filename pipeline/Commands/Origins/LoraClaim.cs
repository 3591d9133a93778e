using System.Text.Json;
using Slipway.Diffusion.Files;
using Slipway.Engine.Caching;

namespace Slipway.Pipeline.Commands.Origins;

/// <summary>What a LoRA file says of itself in its <c>slipway.*</c> metadata: by what key it was made, and of what.</summary>
/// <param name="Name">Name of the version that wrote it: <c>ss_output_name</c>.</param>
/// <param name="Key">Key of the training.</param>
/// <param name="Files">Hashes of all files that were read, by what they were to the training.</param>
/// <param name="Versions">Of the programs, by name.</param>
/// <param name="Settings">sd-scripts' keys, as far as they say something.</param>
public sealed record LoraClaim(
    string Name,
    ContentHash Key,
    IReadOnlyDictionary<string, ContentHash> Files,
    IReadOnlyDictionary<string, string> Versions,
    IReadOnlyDictionary<string, string> Settings)
{
    private const int LongestSetting = 200;

    /// <summary>Reads a file's claim; null where it makes none, or is no safetensors file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">Its metadata is not as Slipway writes it, or it is no safetensors file though its name says so.</exception>
    public static LoraClaim? TryRead(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
            return null;
        using var file = SafetensorsFile.Open(path);
        if (!ContentHash.TryParse(file.Metadata.GetValueOrDefault("slipway.fingerprint"), out var key))
            return null;
        var files = Pairs(file.Metadata, "slipway.manifest").ToDictionary(
            pair => pair.Key,
            pair => ContentHash.TryParse(pair.Value, out var hash) ? hash : throw new InvalidDataException($"The metadata `slipway.manifest` of {path} has no SHA-256 for {pair.Key}."),
            StringComparer.Ordinal);
        return new LoraClaim(
            file.Metadata.GetValueOrDefault("ss_output_name") ?? "",
            key,
            files,
            Pairs(file.Metadata, "slipway.versions"),
            file.Metadata.Where(pair => pair.Key.StartsWith("ss_", StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal));
    }

    /// <summary>Settings that tell something: without what sd-scripts writes at rest, and without its lists of tags and folders.</summary>
    internal IEnumerable<KeyValuePair<string, string>> TellingSettings =>
        Settings.Where(pair => pair.Value is not ("None" or "False" or "{}") && pair.Value.Length <= LongestSetting).OrderBy(pair => pair.Key, StringComparer.Ordinal);

    /// <summary>What is different between the training that wrote the file and one of now, a line each.</summary>
    /// <param name="now">Everything that the training of now depends on.</param>
    /// <param name="settings">sd-scripts' keys of its options.</param>
    public IReadOnlyList<string> Differences(IReadOnlyList<FingerprintEntry> now, IReadOnlyDictionary<string, string> settings)
    {
        ArgumentNullException.ThrowIfNull(now);
        ArgumentNullException.ThrowIfNull(settings);
        var kinds = now.ToDictionary(entry => entry.Role, entry => entry.Kind, StringComparer.Ordinal);
        var read = Files.Select(file => new FingerprintEntry(kinds.GetValueOrDefault(file.Key, EntryKind.File), file.Key, file.Key, file.Value));
        var programs = Versions.Select(pair => FingerprintEntry.Environment(pair.Key, pair.Value));
        var facts = now.Where(entry => entry.Kind is EntryKind.File or EntryKind.Output || (entry.Kind == EntryKind.Environment && Versions.ContainsKey(entry.Role)));
        List<string> lines =
        [
            .. FingerprintChanges.Find([.. read, .. programs], [.. facts]).Select(change => change.ToString()),
            .. Differences(settings),
        ];
        return lines.Count > 0 ? lines : ["settings that its metadata does not hold, or the processor"];
    }

    /// <summary>Which settings are different now, a line each.</summary>
    /// <param name="settings">sd-scripts' keys of the options of now.</param>
    internal IEnumerable<string> Differences(IReadOnlyDictionary<string, string> settings) => settings
        .Where(pair => Settings.TryGetValue(pair.Key, out var then) && then != pair.Value).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"`{pair.Key}` {Settings[pair.Key]} → {pair.Value}");

    private static IReadOnlyDictionary<string, string> Pairs(IReadOnlyDictionary<string, string> metadata, string key)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(metadata.GetValueOrDefault(key) ?? "{}") ?? [];
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"The metadata `{key}` is not as Slipway writes it: {exception.Message}", exception);
        }
    }
}
