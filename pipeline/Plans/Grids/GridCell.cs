using Slipway.Pipeline.Plans.Sections;

namespace Slipway.Pipeline.Plans.Grids;

/// <summary>What a picture of a grid is drawn with.</summary>
/// <param name="Version">The version or ensemble whose LoRA is used; null: none.</param>
/// <param name="Saved">When the LoRA was saved; null: at the end.</param>
/// <param name="Strength">Strength of the LoRA.</param>
/// <param name="Prompt">The prompt; it may name further LoRAs.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Sampling">How it is drawn, by itself.</param>
internal sealed record GridCell(string? Version, SavedAt? Saved, double Strength, string Prompt, long Seed, SamplingPlan Sampling);

/// <summary>When a LoRA was saved.</summary>
/// <param name="Number">Steps or epochs.</param>
/// <param name="IsEpoch">Whether it is epochs.</param>
internal sealed record SavedAt(int Number, bool IsEpoch)
{
    /// <summary>Name of the file, without extension, of a LoRA with this name.</summary>
    public string NameOf(string lora) => IsEpoch ? FormattableString.Invariant($"{lora}-{Number:D6}") : FormattableString.Invariant($"{lora}-step{Number:D8}");
}
