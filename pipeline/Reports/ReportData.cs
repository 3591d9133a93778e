using System.Text.Json.Nodes;

namespace Slipway.Pipeline.Reports;

/// <summary>The content of <c>report.json</c>: everything that the page draws from. Files are named relative to the page.</summary>
internal sealed record ReportData
{
    public required string Name { get; init; }

    public required string TriggerWord { get; init; }

    /// <summary><c>en</c> or <c>ja</c>.</summary>
    public required string Language { get; init; }

    public required string Profile { get; init; }

    /// <summary>Side of the sample pictures, pixels.</summary>
    public required int Resolution { get; init; }

    public required string Sprite { get; init; }

    public required IReadOnlyList<PromptData> Prompts { get; init; }

    public required IReadOnlyList<long> Seeds { get; init; }

    public required SamplingData Sampling { get; init; }

    public required IReadOnlyList<VersionData> Versions { get; init; }

    public required IReadOnlyList<DatasetData> Datasets { get; init; }

    public required TagRules Tags { get; init; }

    /// <summary>Which file is recommended, and what that goes by.</summary>
    public required Choice Choice { get; init; }

    /// <summary><c>evaluation.json</c> as it is.</summary>
    public required JsonNode? Evaluation { get; init; }

    /// <summary>The accepted figures by version; null where nothing has been accepted.</summary>
    public JsonNode? Accepted { get; init; }
}

/// <summary>A prompt.</summary>
/// <param name="Kind">The background that it asks for.</param>
/// <param name="Prompt">The prompt.</param>
internal sealed record PromptData(string Kind, string Prompt);

/// <summary>How the samples were drawn.</summary>
internal sealed record SamplingData(string Sampler, int Steps, double Guidance, string NegativePrompt, double Multiplier);

/// <summary>A version.</summary>
/// <param name="Name">Its name, or <c>base</c>.</param>
/// <param name="Pictures">For each prompt each seed.</param>
internal sealed record VersionData(string Name, IReadOnlyList<SampleData> Pictures)
{
    public LoraData? Lora { get; init; }

    public Curves? Curves { get; init; }

    /// <summary><c>validation.json</c> as it is.</summary>
    public JsonNode? Kept { get; init; }

    /// <summary>Pictures that were drawn while it learned, by step.</summary>
    public IReadOnlyList<WatchedData>? Watched { get; init; }

    /// <summary>What it saved on the way, smaller steps first.</summary>
    public IReadOnlyList<StepData>? Steps { get; init; }

    public IReadOnlyList<string> Datasets { get; init; } = [];

    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>A LoRA that a version saved on its way.</summary>
/// <param name="Step">After how many optimizer steps.</param>
/// <param name="Lora">The file, relative to the folder of all outputs.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Pictures">For each prompt a picture of the first seed.</param>
internal sealed record StepData(int Step, string Lora, long Bytes, IReadOnlyList<SampleData> Pictures)
{
    /// <summary>Of the file that lies at a full path.</summary>
    public static StepData Of(string source, int step, string lora, IReadOnlyList<SampleData> pictures) => new(step, lora, new FileInfo(source).Length, pictures);
}

/// <summary>A sample picture.</summary>
/// <param name="File">Relative to the page.</param>
/// <param name="Infotext">How it was made, as web UIs read it; null where the file does not say.</param>
internal sealed record SampleData(string File, string? Infotext);

/// <summary>A picture that was drawn while a version learned.</summary>
/// <param name="Step">After how many optimizer steps; 0: before the first.</param>
/// <param name="Name">Prompt and seed, as in the file's name.</param>
/// <param name="File">Relative to the page.</param>
internal sealed record WatchedData(int Step, string Name, string File);

/// <summary>A dataset.</summary>
/// <param name="Key">Its key in the plan.</param>
/// <param name="Source">Where its pictures come from.</param>
/// <param name="Count">How many it has.</param>
/// <param name="Shown">Those that are shown.</param>
internal sealed record DatasetData(string Key, string Source, int Count, IReadOnlyList<TrainingPictureData> Shown);

/// <summary>A picture to learn from.</summary>
internal sealed record TrainingPictureData(string Name, string File, string? Caption);

/// <summary>What became of the tagger's findings.</summary>
internal sealed record TagRules(double GeneralThreshold, double CharacterThreshold, IReadOnlyList<string> Exclude, IReadOnlyList<KeyValuePair<string, string>> Replace, IReadOnlyList<string> Extra);
