using System.Text.Encodings.Web;
using System.Text.Json;
using Slipway.Engine.Caching;
using Slipway.Engine.Jobs;

namespace Slipway.Pipeline.Jobs;

/// <summary>
/// What a LoRA file says of how it came to be, beside sd-scripts' keys: <c>slipway.fingerprint</c>, the key of the training
/// that wrote it; <c>slipway.manifest</c>, all files that it read by what they were to it, with the SHA-256 of each;
/// <c>slipway.versions</c>, of the programs. All of it is part of the key, so that equal trainings give equal files.
/// </summary>
internal static class Provenance
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The keys, for the result of a job.</summary>
    public static IReadOnlyDictionary<string, string> For(JobIo io) => new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["slipway.fingerprint"] = io.Fingerprint.Key.ToString(),
        ["slipway.manifest"] = Text(io.Fingerprint.Entries
            .Where(entry => entry.Kind is EntryKind.File or EntryKind.Output)
            .Select(entry => KeyValuePair.Create(entry.Role, entry.Hash!.Value.ToString()))),
        ["slipway.versions"] = Text(
        [
            KeyValuePair.Create("slipway", io.Fact("slipway")),
            KeyValuePair.Create("torchsharp", io.Fact("torchsharp")),
            KeyValuePair.Create("libtorch", io.Fact("libtorch")),
        ]),
    };

    private static string Text(IEnumerable<KeyValuePair<string, string>> pairs) =>
        JsonSerializer.Serialize(new Dictionary<string, string>(pairs, StringComparer.Ordinal), Json);
}
