using Slipway.Diffusion.Files;

namespace Slipway.Pipeline.Drawing;

/// <summary>A LoRA file at a strength.</summary>
/// <param name="Tag">What a prompt calls it.</param>
/// <param name="Path">The file.</param>
internal sealed record LoraUse(LoraTag Tag, string Path)
{
    /// <summary>Hexadecimal digits of the short hash.</summary>
    private const int ShortLength = 12;

    /// <summary>
    /// AUTOMATIC1111's short hash: 12 digits of <c>sshs_model_hash</c> in the file's metadata, else of the SHA-256 of the
    /// bytes behind its header, which is the same number.
    /// </summary>
    public string ShortHash()
    {
        using var file = SafetensorsFile.Open(Path);
        return (file.Metadata.GetValueOrDefault("sshs_model_hash") is { Length: >= ShortLength } kept ? kept : file.ModelHash())[..ShortLength];
    }
}
