using Slipway.Engine.Jobs;

namespace Slipway.Pipeline.Reports;

/// <summary>What the page shows of one version, or of the base model.</summary>
/// <param name="Name">Name of the version, or <c>base</c>.</param>
/// <param name="Pictures">For each kind of background each seed.</param>
public sealed record ReportVersion([property: NotInKey("It is the label, by which the key knows the version.")] string Name, IReadOnlyList<NamedFile> Pictures) : ILabelled
{
    /// <summary>The LoRA; null for the base model.</summary>
    public Input? Lora { get; init; }

    /// <summary>Where the LoRA is laid out, relative to the folder of all outputs; null for the base model.</summary>
    public string? LoraPath { get; init; }

    /// <summary>The figures of every step, <c>metrics.csv</c>; null where nothing was trained.</summary>
    public Input? Metrics { get; init; }

    /// <summary>What was measured of the weights that were kept, <c>validation.json</c>; null where nothing was.</summary>
    public Input? Validation { get; init; }

    /// <summary>The TensorBoard events, which hold the pictures that were drawn while it learned; null where none were.</summary>
    public Input? Events { get; init; }

    /// <summary>Keys of the datasets that it learned from.</summary>
    public IReadOnlyList<string> Datasets { get; init; } = [];

    /// <summary>The options in which not all versions are the same, as texts.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; } = [];

    /// <summary>What it saved on the way; none where nothing of that was drawn.</summary>
    public IReadOnlyList<ReportStep> Steps { get; init; } = [];

    /// <inheritdoc/>
    public string Label => Name;
}

/// <summary>What the page shows of a LoRA that a version saved on its way.</summary>
/// <param name="Name">The version's name and when it was saved, as in the file's name.</param>
/// <param name="Lora">The file, which says after which step it was saved.</param>
/// <param name="LoraPath">Where it is laid out, relative to the folder of all outputs.</param>
/// <param name="Pictures">A picture of each kind of background, of the first seed.</param>
public sealed record ReportStep([property: NotInKey("It is the label, by which the key knows the save.")] string Name, Input Lora, string LoraPath, IReadOnlyList<NamedFile> Pictures) : ILabelled
{
    /// <inheritdoc/>
    public string Label => Name;
}

/// <summary>What the page shows of a dataset.</summary>
/// <param name="Key">Its key in the plan.</param>
/// <param name="Source">Where its pictures come from, as the plan says it.</param>
/// <param name="Count">How many pictures it has.</param>
/// <param name="Shown">Those that are shown.</param>
public sealed record ReportDataset([property: NotInKey("It is the label, by which the key knows the dataset.")] string Key, string Source, int Count, IReadOnlyList<ReportPicture> Shown) : ILabelled
{
    /// <inheritdoc/>
    public string Label => Key;
}

/// <summary>A picture to learn from.</summary>
/// <param name="Name">Its folder and file.</param>
/// <param name="Image">The picture.</param>
public sealed record ReportPicture(string Name, Input Image) : ILabelled
{
    /// <summary>The file with its caption; null: <see cref="Text"/>.</summary>
    public Input? Caption { get; init; }

    /// <summary>Its caption where no file has it; null: there is none.</summary>
    public string? Text { get; init; }

    /// <inheritdoc/>
    public string Label => Name;
}
