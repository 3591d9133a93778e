namespace Slipway.Training;

/// <summary>Where a LoRA file comes from, for its metadata.</summary>
public sealed record LoraOrigin
{
    /// <summary>The file's name without extension.</summary>
    public required string OutputName { get; init; }

    /// <summary>Name of the base model.</summary>
    public required string ModelName { get; init; }

    /// <summary>SHA-256 of the base model's file in hexadecimal, by which web UIs find it; null where it is a folder.</summary>
    public string? ModelHash { get; init; }

    /// <summary>A1111's former hash of that file, eight digits; null where it is a folder.</summary>
    public string? LegacyModelHash { get; init; }

    /// <summary><c>no</c>, <c>fp16</c> or <c>bf16</c>.</summary>
    public string MixedPrecision { get; init; } = "no";

    public bool PredictsVelocity { get; init; }

    /// <summary>Null: the file says no date, and equal trainings give equal bytes.</summary>
    public DateTime? Date { get; init; }
}
