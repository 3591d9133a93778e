using Slipway.Training.Options;

namespace Slipway.Training.Metadata;

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

    /// <summary>Whether the base model predicts velocity (<c>v_prediction</c>) and not noise.</summary>
    public bool PredictsVelocity { get; init; }

    /// <summary><c>clip_skip</c>, where it is not SDXL's own; null: it is.</summary>
    public int? ClipSkip { get; init; }

    /// <summary>Another autoencoder than the base model's own; null: that.</summary>
    public VaeOrigin? Vae { get; init; }

    /// <summary>At which sizes the pictures were trained; null: all at the largest picture's.</summary>
    public BucketOptions? Buckets { get; init; }

    /// <summary>How it was measured while it was trained; null: it was not.</summary>
    public ValidationOptions? Validation { get; init; }

    /// <summary>Number of pictures that it was measured on.</summary>
    public int ValidationImages { get; init; }

    /// <summary>A small picture to show it by, as a data URL; null: none.</summary>
    public string? Thumbnail { get; init; }

    /// <summary><c>training_comment</c>: the user's own words; null: none.</summary>
    public string? Comment { get; init; }

    /// <summary>Keys of the program that trained it, such as <c>slipway.fingerprint</c>.</summary>
    public IReadOnlyDictionary<string, string> Additional { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>When the file was made; null: the file says no date, and equal trainings give equal bytes.</summary>
    public DateTime? Date { get; init; }
}
