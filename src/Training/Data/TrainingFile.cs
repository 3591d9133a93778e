namespace Slipway.Training.Data;

/// <summary>A picture of a training folder, not yet decoded.</summary>
/// <param name="Picture">Path.</param>
/// <param name="CaptionFile">Path; null where the caption comes from elsewhere.</param>
/// <param name="MaskFile">Path; null where there is no mask.</param>
/// <param name="Subfolder">Name of the subfolder; empty where the picture lies in the folder itself.</param>
/// <param name="Repeats">What the subfolder's name says; null without one.</param>
/// <param name="Caption">The caption that comes from elsewhere; null where <paramref name="CaptionFile"/> has it.</param>
public sealed record TrainingFile(string Picture, string? CaptionFile, string? MaskFile, string Subfolder, int? Repeats, string? Caption);
