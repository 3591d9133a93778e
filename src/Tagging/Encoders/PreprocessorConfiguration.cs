using System.Text.Json;
using Slipway.Imaging.Resampling;

namespace Slipway.Tagging.Encoders;

/// <summary>Reads <c>preprocessor_config.json</c>, whose sizes have been written in three ways over the years, so that no record fits it.</summary>
/// <param name="root">Its content.</param>
/// <param name="name">What messages call it.</param>
internal sealed class PreprocessorConfiguration(JsonElement root, string name)
{
    private const int MostPixels = 4096;
    private readonly List<string> _problems = [];

    /// <summary>What it says.</summary>
    /// <exception cref="InvalidDataException">It asks for what is not known here: all of it at once.</exception>
    public EncoderInput Read()
    {
        var isCut = Flag("do_center_crop", otherwise: Find("crop_size") is not null);
        var input = new EncoderInput
        {
            Crop = isCut ? Both("crop_size") ?? Both("size") : null,
            Resample = Resample(),
            RescaleFactor = Flag("do_rescale", otherwise: true) ? Find("rescale_factor")?.GetDouble() ?? (1 / 255.0) : 1,
            IsClip = new[] { "image_processor_type", "feature_extractor_type" }.Any(key => Find(key)?.ToString().Contains("CLIP", StringComparison.OrdinalIgnoreCase) == true),
        };
        if (Flag("do_resize", otherwise: true))
            input = Sized(input, isCut);
        if (Flag("do_normalize", otherwise: true))
            input = input with { Mean = Channels("image_mean", least: double.NegativeInfinity), Std = Channels("image_std", least: 1e-6) };
        if (!double.IsFinite(input.RescaleFactor) || input.RescaleFactor <= 0)
            _problems.Add($"`rescale_factor` must be a number above 0, but is {input.RescaleFactor}");
        return _problems.Count == 0 ? input : throw new InvalidDataException($"{name}: {string.Join("; ", _problems)}.");
    }

    private EncoderInput Sized(EncoderInput input, bool isCut)
    {
        if (Find("size") is not { } size)
        {
            _problems.Add("has no `size`");
            return input;
        }

        if (size.ValueKind == JsonValueKind.Object && size.TryGetProperty("shortest_edge", out var edge))
            return input with { ShortestEdge = Side(edge, "size.shortest_edge") };
        // One number is the shorter side where the middle is cut out, as CLIP and DINOv2 do it, and else both sides, as ViT does it.
        return isCut && size.ValueKind == JsonValueKind.Number ? input with { ShortestEdge = Side(size, "size") } : input with { Size = Both("size") };
    }

    /// <summary>A number for both sides, or a mapping of height and width.</summary>
    private (int Width, int Height)? Both(string key)
    {
        if (Find(key) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number)
            return (Side(value, key), Side(value, key));
        if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("height", out var height) && value.TryGetProperty("width", out var width))
            return (Side(width, $"{key}.width"), Side(height, $"{key}.height"));
        if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("shortest_edge", out var edge))
            return (Side(edge, $"{key}.shortest_edge"), Side(edge, $"{key}.shortest_edge"));
        _problems.Add($"`{key}` must be a number, {{ shortest_edge }} or {{ height, width }}, but is {value.GetRawText().ReplaceLineEndings(" ")}");
        return null;
    }

    private int Side(JsonElement value, string key)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var side) && side is >= 1 and <= MostPixels)
            return side;
        _problems.Add($"`{key}` must be a whole number from 1 to {MostPixels}, but is {value.GetRawText()}");
        return 1;
    }

    private PillowFilter Resample()
    {
        if (Find("resample") is not { } value)
            return PillowFilter.Bicubic;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && Enum.IsDefined((PillowFilter)number))
            return (PillowFilter)number;
        _problems.Add($"`resample` must be 1 (Lanczos), 2 (bilinear), 3 (bicubic) or 4 (box), but is {value.GetRawText()}");
        return PillowFilter.Bicubic;
    }

    private IReadOnlyList<double> Channels(string key, double least)
    {
        if (Find(key) is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() == 3 && list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number && item.GetDouble() >= least && double.IsFinite(item.GetDouble())))
            return [.. list.EnumerateArray().Select(item => item.GetDouble())];
        _problems.Add($"`{key}` must be three numbers{(least > 0 ? " above 0" : "")}, but {(Find(key) is { } found ? $"is {found.GetRawText().ReplaceLineEndings(" ")}" : "is missing")}");
        return [1, 1, 1];
    }

    private bool Flag(string key, bool otherwise) => Find(key) is { } value ? value.GetBoolean() : otherwise;

    private JsonElement? Find(string key) => root.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
