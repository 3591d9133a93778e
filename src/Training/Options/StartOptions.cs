using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace Slipway.Training.Options;

/// <summary>What a training starts from beside the base model, under sd-scripts' names. What the files are called has no influence.</summary>
public sealed record StartOptions
{
    /// <summary><c>network_weights</c>: a LoRA file whose training goes on; null: new branches.</summary>
    [JsonIgnore]
    public string? NetworkWeights { get; init; }

    /// <summary>Takes layers, kinds, ranks and alphas from <see cref="NetworkWeights"/>, not from the options.</summary>
    public bool DimFromWeights { get; init; }

    /// <summary>
    /// <c>base_weights</c>: LoRA files that are merged into the model before the training and taken out of it afterwards. What is
    /// trained is meant to be used together with them.
    /// </summary>
    public IReadOnlyList<BaseWeights> BaseWeights { get; init; } = [];

    /// <summary>Hashes of all files' contents, in order.</summary>
    internal IEnumerable<byte[]> Hashes => new[] { NetworkWeights }.OfType<string>().Concat(BaseWeights.Select(file => file.Path)).Select(path =>
    {
        using var stream = File.OpenRead(path);
        return SHA256.HashData(stream);
    });

    /// <summary>Whether the text encoders are no longer the base model's alone.</summary>
    internal bool ChangesText => NetworkWeights is not null || BaseWeights.Count > 0;

    internal IEnumerable<string> Problems()
    {
        if (DimFromWeights && NetworkWeights is null) yield return "dim_from_weights: needs network_weights to take ranks from.";
        foreach (var file in BaseWeights.Where(file => !double.IsFinite(file.Multiplier))) yield return $"base_weights_multiplier: {file.Multiplier} is no strength; use a finite number.";
    }
}
