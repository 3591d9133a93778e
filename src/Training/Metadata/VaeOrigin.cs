namespace Slipway.Training.Metadata;

/// <summary>The autoencoder of a training where it is not the base model's own (<c>ss_vae_*</c>).</summary>
/// <param name="Name">Its file's name.</param>
/// <param name="Hash">SHA-256 of the file in hexadecimal.</param>
/// <param name="LegacyHash">A1111's former hash of the file, eight digits.</param>
public sealed record VaeOrigin(string Name, string Hash, string LegacyHash);
