namespace Slipway.Training.Data;

/// <summary>A picture of a training folder, not yet decoded.</summary>
/// <param name="Picture">Name of its file in <paramref name="Subfolder"/>.</param>
/// <param name="CaptionFile">Name of the file beside it; null where the caption comes from elsewhere.</param>
/// <param name="MaskFile">Name of the file in the same subfolder of the folder of masks; null where there is no mask.</param>
/// <param name="Subfolder">Name of the subfolder; empty where the picture lies in the folder itself.</param>
/// <param name="Repeats">What the subfolder's name says; null without one.</param>
/// <param name="Caption">The caption that comes from elsewhere; null where <paramref name="CaptionFile"/> has it.</param>
public sealed record TrainingFile(string Picture, string? CaptionFile, string? MaskFile, string Subfolder, int? Repeats, string? Caption);
