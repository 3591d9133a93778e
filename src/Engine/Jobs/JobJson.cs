using System.Text.Json;
using System.Text.Json.Serialization;
using Slipway.Engine.Caching;

namespace Slipway.Engine.Jobs;

/// <summary>
/// A job as JSON: its record, and where each of its inputs is and what is in it. That, the inputs and the store are all that another process
/// needs: no plan. The records are of kinds that are not known here, so that they are serialised by reflection.
/// </summary>
/// <param name="Stage">Label of the stage.</param>
/// <param name="Label">Its name within the stage.</param>
/// <param name="Kind">Name of its kind.</param>
/// <param name="Key">Its key, by which a mistake shows.</param>
/// <param name="Paths">Where its outputs are laid out.</param>
/// <param name="Inputs">What it reads.</param>
/// <param name="Record">The record.</param>
public sealed record JobJson(string Stage, string Label, string Kind, string Key, IReadOnlyList<string> Paths, IReadOnlyList<JobJson.InputFile> Inputs, JsonElement Record)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        IgnoreReadOnlyProperties = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new PairConverter() },
    };

    /// <summary>The user's addition to the key; null for none.</summary>
    public string? Salt { get; init; }

    /// <summary>What its key says of code and machine, by which a difference can be named: roles and values; null where it was written without.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? Facts { get; init; }

    /// <summary>The job with what its inputs are by now.</summary>
    /// <param name="node">The job.</param>
    /// <param name="key">Its key.</param>
    /// <param name="inputs">What it reads.</param>
    /// <param name="salt">The user's addition to the key; empty for none.</param>
    /// <param name="entries">What the key is made of.</param>
    internal static JobJson From(JobNode node, ContentHash key, IReadOnlyDictionary<Input, JobInput> inputs, string salt = "", IReadOnlyList<FingerprintEntry>? entries = null) => new(
        node.Stage,
        node.Label,
        node.Job.Kind.Name,
        key.ToString(),
        node.Paths,
        [.. inputs.Select(input => new InputFile(input.Key, input.Value.Path, input.Value.Hash!.Value.ToString(), input.Value.Producer))],
        JsonSerializer.SerializeToElement(node.Job, node.Job.GetType(), Options))
    {
        Salt = salt.Length > 0 ? salt : null,
        Facts = entries is null ? null : [.. FactsOf(entries)],
    };

    /// <summary>What stands in no record: the kind's code and the machine.</summary>
    internal static IEnumerable<KeyValuePair<string, string>> FactsOf(IEnumerable<FingerprintEntry> entries) =>
        entries.Where(entry => entry.Kind is EntryKind.Code or EntryKind.Environment).Select(entry => KeyValuePair.Create(entry.Role, entry.Description));

    /// <summary>Reads one.</summary>
    /// <exception cref="InvalidDataException">It is none, or has been changed since it was sealed.</exception>
    public static JobJson Read(string json)
    {
        try
        {
            var job = JsonSerializer.Deserialize<JobJson>(json, Options) ?? throw new InvalidDataException("The job is empty.");
            if (job.Stage is null || job.Label is null || job.Kind is null || job.Key is null || job.Paths is null || job.Inputs is null || job.Record.ValueKind != JsonValueKind.Object)
                throw new InvalidDataException("This is no job as JSON: something is missing.");
            return job.Seal is null || job.Sealed().Seal == job.Seal ? job : throw new InvalidDataException("The job has other bytes than were written: take it anew from the cache where it was made.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"This is no job as JSON: {exception.Message}", exception);
        }
    }

    /// <summary>SHA-256 of the text without it, as the cache keeps it; null where nobody has sealed it.</summary>
    public string? Seal { get; init; }

    /// <summary>The same with a seal, by which any change shows.</summary>
    internal JobJson Sealed() => this with { Seal = ContentHash.Of((this with { Seal = null }).Write()).ToString() };

    /// <summary>As text.</summary>
    public string Write() => JsonSerializer.Serialize(this, Options);

    /// <summary>The job's record.</summary>
    /// <param name="kinds">The record classes that may be meant.</param>
    /// <exception cref="InvalidDataException">It is none of these kinds, or lacks something.</exception>
    public JobNode Node(IEnumerable<Type> kinds)
    {
        var type = kinds.FirstOrDefault(kind => kind.Name.Equals($"{Kind.Replace(" ", "", StringComparison.Ordinal)}Job", StringComparison.OrdinalIgnoreCase))
            ?? throw new InvalidDataException($"There is no kind of job '{Kind}' here; another version of Slipway wrote it.");
        try
        {
            return new JobNode(Stage, Label, (IJob)Record.Deserialize(type, Options)!, Paths);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"The record of {Stage}, {Label} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>A pair as a list of two texts: its members cannot be set, and such members are left out.</summary>
    private sealed class PairConverter : JsonConverter<KeyValuePair<string, string>>
    {
        public override KeyValuePair<string, string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializer.Deserialize<string[]>(ref reader, options) is [var key, var value] ? KeyValuePair.Create(key, value) : throw new JsonException("A pair has two texts.");

        public override void Write(Utf8JsonWriter writer, KeyValuePair<string, string> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, new[] { value.Key, value.Value }, options);
    }

    /// <summary>An input as a record names it, and what is in it.</summary>
    /// <param name="Input">As the record names it.</param>
    /// <param name="Path">Relative to the workspace.</param>
    /// <param name="Hash">SHA-256 of its content.</param>
    /// <param name="Producer">Label of the stage that made it; null for a file of the user's.</param>
    public sealed record InputFile(Input Input, string Path, string Hash, string? Producer);
}
