using System.Globalization;
using Slipway.Diffusion.Checkpoints;
using Slipway.Engine.Caching;

namespace Slipway.Pipeline.Drawing;

/// <summary>What a picture says of the model that drew it.</summary>
/// <param name="Name">Name of the file or folder.</param>
/// <param name="Hash">See <see cref="ModelHash"/>.</param>
public sealed record ModelIdentity(string Name, ContentHash Hash)
{
    private const int ShortLength = 10;

    /// <summary>The file of an autoencoder that is not the model's own, and its content's hash; null: it has its own.</summary>
    public (string Name, ContentHash Hash)? Vae { get; init; }

    /// <summary>Which layer of the text encoders the context is taken from, counted from the last; null: as usual.</summary>
    public int? ClipSkip { get; init; }

    /// <summary>Ten hexadecimal digits of the hash.</summary>
    public string ShortHash => Short(Hash);

    /// <summary>AUTOMATIC1111's names and values, in its order.</summary>
    internal IEnumerable<KeyValuePair<string, string>> Settings =>
    [
        new("Model hash", ShortHash),
        new("Model", Plain(Name)),
        .. Vae is { } vae ? [new("VAE hash", Short(vae.Hash)), new("VAE", Plain(vae.Name))] : Array.Empty<KeyValuePair<string, string>>(),
        .. ClipSkip is { } skip ? [new("Clip skip", skip.ToString(CultureInfo.InvariantCulture))] : Array.Empty<KeyValuePair<string, string>>(),
    ];

    /// <summary>A name without what separates settings.</summary>
    internal static string Plain(string name) => name.Replace(":", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal);

    private static string Short(ContentHash hash) => hash.ToString()[..ShortLength];

    /// <summary>Of a model that is no job's.</summary>
    /// <param name="path">The model.</param>
    /// <param name="companions">The folder with a single file's tokenizers; null: beside the file.</param>
    /// <param name="hasher">Remembers hashes.</param>
    /// <param name="name">What it is called; null: as its place is.</param>
    internal static ModelIdentity From(string path, string? companions, FileHasher hasher, string? name = null) =>
        new(name ?? ModelHash.NameOf(path), ModelHash.From([.. SdxlCheckpoint.Files(path, companions).Select(file => (file.Role, hasher.Hash(file.Path)))]));
}
