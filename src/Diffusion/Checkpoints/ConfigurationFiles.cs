using System.Text.Json;
using Slipway.Diffusion.Noise;
using Slipway.Diffusion.Text;
using Slipway.Diffusion.UNets;
using Slipway.Diffusion.Vae;

namespace Slipway.Diffusion.Checkpoints;

/// <summary>Reads the configurations of a model in diffusers' layout (<c>config.json</c>, <c>scheduler_config.json</c>).</summary>
internal static class ConfigurationFiles
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Two entries have historical names or may be a single number for all levels.</summary>
    /// <exception cref="InvalidDataException">The file is not the JSON expected.</exception>
    public static UNetConfiguration UNet(string path) => Read(path, root =>
    {
        var sizes = root.Deserialize<UNetShape>(Json)!;
        return new UNetConfiguration
        {
            InChannels = sizes.InChannels,
            OutChannels = sizes.OutChannels,
            SampleSize = sizes.SampleSize,
            BlockOutChannels = sizes.BlockOutChannels,
            DownBlockTypes = sizes.DownBlockTypes,
            LayersPerBlock = sizes.LayersPerBlock,
            TransformerLayersPerBlock = PerLevel(root, "transformer_layers_per_block", sizes.BlockOutChannels.Length),
            AttentionHeads = PerLevel(root, "attention_head_dim", sizes.BlockOutChannels.Length),
            CrossAttentionDim = sizes.CrossAttentionDim,
            AdditionTimeEmbedDim = sizes.AdditionTimeEmbedDim,
            ProjectionClassEmbeddingsInputDim = sizes.ProjectionClassEmbeddingsInputDim,
            NormNumGroups = sizes.NormNumGroups,
        };
    });

    /// <exception cref="InvalidDataException">The file is not the JSON expected.</exception>
    public static VaeConfiguration Vae(string path) => Read(path, root => root.Deserialize<VaeConfiguration>(Json)!);

    /// <exception cref="InvalidDataException">The file is not the JSON expected.</exception>
    public static ClipTextConfiguration Text(string path, bool withProjection) =>
        Read(path, root => root.Deserialize<ClipTextConfiguration>(Json)!) with { WithProjection = withProjection };

    /// <exception cref="InvalidDataException">The file is not the JSON expected.</exception>
    public static NoiseConfiguration Noise(string path) => Read(path, root => root.Deserialize<NoiseConfiguration>(Json)!);

    private static T Read<T>(string path, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? read(document.RootElement)
                : throw new JsonException("it is no JSON object.");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{path}: not the JSON expected: {exception.Message}", exception);
        }
    }

    private static int[] PerLevel(JsonElement root, string name, int levels)
    {
        if (!root.TryGetProperty(name, out var value))
            throw new JsonException($"`{name}` is missing; an SDXL UNet has it.");
        return value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(item => item.GetInt32())]
            : [.. Enumerable.Repeat(value.GetInt32(), levels)];
    }

    /// <summary>The entries of the UNet's configuration that have one form only.</summary>
    private sealed record UNetShape
    {
        public required int InChannels { get; init; }

        public required int OutChannels { get; init; }

        public required int SampleSize { get; init; }

        public required int[] BlockOutChannels { get; init; }

        public required string[] DownBlockTypes { get; init; }

        public required int LayersPerBlock { get; init; }

        public required int CrossAttentionDim { get; init; }

        public required int AdditionTimeEmbedDim { get; init; }

        public required int ProjectionClassEmbeddingsInputDim { get; init; }

        public int NormNumGroups { get; init; } = 32;
    }
}
