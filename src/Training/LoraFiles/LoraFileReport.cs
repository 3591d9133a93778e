namespace Slipway.Training.LoraFiles;

/// <summary>What was written into a LoRA file, or into a merged checkpoint.</summary>
/// <param name="Layers">Number of layers that the file changes.</param>
/// <param name="SmallestRank">The smallest rank of a layer; 0 for a merged checkpoint.</param>
/// <param name="LargestRank">The largest rank of a layer; 0 for a merged checkpoint.</param>
/// <param name="Error">How far it is from what was asked for.</param>
public sealed record LoraFileReport(int Layers, int SmallestRank, int LargestRank, ApproximationError Error);
