using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using Slipway.Engine.Caching;

namespace Slipway.Pipeline.Stages;

/// <summary>
/// What a LoRA file says of how it came to be, beside sd-scripts' keys: <c>slipway.fingerprint</c>, the key of the training
/// that wrote it; <c>slipway.manifest</c>, all files that it read by what they were to it, with the SHA-256 of each;
/// <c>slipway.versions</c>, of the programs. All of it is part of the fingerprint, so that equal trainings give equal files.
/// </summary>
internal static class Provenance
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Slipway's own version, as an entry of the key: it is in the bytes.</summary>
    public static FingerprintEntry Version { get; } = FingerprintEntry.Environment("slipway", SlipwayVersion);

    private static string SlipwayVersion =>
        typeof(Provenance).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>The keys, for a result with this fingerprint. libtorch must have been loaded.</summary>
    public static IReadOnlyDictionary<string, string> Of(Fingerprint fingerprint) => new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["slipway.fingerprint"] = fingerprint.Key.ToString(),
        ["slipway.manifest"] = Text(fingerprint.Entries
            .Where(entry => entry.Kind is EntryKind.File or EntryKind.Output)
            .Select(entry => KeyValuePair.Create(entry.Role, entry.Hash!.Value.ToString()))),
        ["slipway.versions"] = Text(
        [
            KeyValuePair.Create("slipway", SlipwayVersion),
            KeyValuePair.Create("torchsharp", $"{typeof(TorchSharp.torch).Assembly.GetName().Version}"),
            KeyValuePair.Create("libtorch", TorchSharp.torch.__version__),
        ]),
    };

    private static string Text(IEnumerable<KeyValuePair<string, string>> pairs) =>
        JsonSerializer.Serialize(new Dictionary<string, string>(pairs, StringComparer.Ordinal), Json);
}
