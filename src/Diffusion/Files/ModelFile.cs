namespace Slipway.Diffusion.Files;

/// <summary>A file that a model is loaded from.</summary>
/// <param name="Role">
/// What it is to the model, whatever its name is: <c>checkpoint</c>, <c>unet/weights</c>, <c>unet/config.json</c>,
/// <c>tokenizer/vocab.json</c>, ….
/// </param>
/// <param name="Path">The file's path.</param>
public sealed record ModelFile(string Role, string Path);
