using Slipway.Training.LoraFiles;

namespace Slipway.Training.Options;

/// <summary>A LoRA file that a training takes for part of its base model.</summary>
/// <param name="Path">Of any kind that <see cref="LoraFile.Load"/> reads.</param>
/// <param name="Multiplier"><c>base_weights_multiplier</c>: its strength.</param>
public sealed record BaseWeights(string Path, double Multiplier = 1);
