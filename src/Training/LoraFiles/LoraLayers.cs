using System.Text.RegularExpressions;
using Slipway.Diffusion.Files;
using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Training.LoraFiles;

/// <summary>
/// The layers of a LoRA file in sd-scripts' spelling, read one at a time and without a model: LoRA and LoCon, with or without
/// a core tensor. The file is checked as a whole when it is opened.
/// </summary>
public sealed partial class LoraLayers : IDisposable
{
    private readonly SafetensorsFile _file;
    private readonly SortedDictionary<string, Dictionary<string, string>> _layers = new(StringComparer.Ordinal);

    private LoraLayers(SafetensorsFile file, double strength) => (_file, Strength) = (file, strength);

    /// <summary>The file.</summary>
    public string Path => _file.Path;

    /// <summary>What its changes are multiplied by.</summary>
    public double Strength { get; }

    public IReadOnlyDictionary<string, string> Metadata => _file.Metadata;

    /// <summary>Names of its layers.</summary>
    public IReadOnlyCollection<string> Names => _layers.Keys;

    /// <summary>The precision of most of its tensors, of those that LoRAs are saved in.</summary>
    public ScalarType SavePrecision => _layers.Values.Select(parts => _file.Tensors[parts[Down]].Type).CountBy(type => type).MaxBy(pair => pair.Value).Key
        is var type && type is ScalarType.Float16 or ScalarType.BFloat16 ? type : ScalarType.Float32;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="strength">What its changes are multiplied by.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no LoRA in sd-scripts' spelling, or its tensors do not fit each other: all problems at once.</exception>
    public static LoraLayers Open(string path, double strength = 1)
    {
        var layers = new LoraLayers(SafetensorsFile.Open(path), strength);
        var problems = layers.Sort().Concat(layers._layers.SelectMany(layer => layers.Problems(layer.Key))).ToList();
        if (layers._layers.Count == 0 && problems.Count == 0)
            problems.Add("it holds no tensor of a LoRA");
        if (problems.Count == 0)
            return layers;
        layers.Dispose();
        throw new InvalidDataException(
            $"LoRA file {path} cannot be taken apart: {string.Join("; ", problems)}. Expected a LoRA or LoCon as sd-scripts writes it (lora_unet_….lora_down.weight); other kinds can be merged into a model (--model=PATH).");
    }

    /// <summary>A layer's change, at the file's strength.</summary>
    /// <exception cref="InvalidDataException">It holds values that are no numbers.</exception>
    internal LayerChange Read(string name)
    {
        using var scope = NewDisposeScope();
        var parts = _layers[name];
        var (down, up) = (Read(parts, Down)!, Read(parts, Up)!);
        if (Read(parts, Mid) is { } mid)
            down = einsum("abkl,bi->aikl", mid, down.flatten(1));
        var rank = down.shape[0];
        var alpha = Read(parts, Alpha)?.item<double>() ?? 0;
        up = up.flatten(1) * (Strength * (alpha == 0 ? 1 : alpha / rank));
        if (!(up.sum() + down.sum()).isfinite().item<bool>())
            throw new InvalidDataException($"{Path}: layer {name} holds values that are no numbers; the training that made it has diverged.");
        long[] shape = [up.shape[0], .. down.shape[1..]];
        return new LayerChange(name, shape, up.MoveToOuterDisposeScope(), down.flatten(1).MoveToOuterDisposeScope());
    }

    /// <summary>[out, in] or [out, in, k, k] of a layer's weight.</summary>
    internal long[] ShapeOf(string name)
    {
        var (down, up) = (Shape(name, Down)!, Shape(name, Up)!);
        var kernel = Shape(name, Mid)?[2..] ?? [.. down.Skip(2)];
        return [up[0], down[1], .. kernel];
    }

    public void Dispose() => _file.Dispose();

    private const string Down = ".lora_down.weight";
    private const string Up = ".lora_up.weight";
    private const string Mid = ".lora_mid.weight";
    private const string Alpha = ".alpha";

    private IEnumerable<string> Sort()
    {
        var unknown = new List<string>();
        foreach (var key in _file.Tensors.Keys)
        {
            if (Spelling().Match(key) is not { Success: true } match)
                unknown.Add(key);
            else if (_layers.TryGetValue(match.Groups["layer"].Value, out var parts))
                parts.Add(match.Groups["part"].Value, key);
            else
                _layers.Add(match.Groups["layer"].Value, new(StringComparer.Ordinal) { [match.Groups["part"].Value] = key });
        }
        var dora = unknown.Where(key => key.EndsWith(".dora_scale", StringComparison.Ordinal)).ToList();
        if (dora.Count > 0)
            yield return $"it is a DoRA ({dora.Count} magnitudes), whose change depends on the model's weights";
        foreach (var problem in ForeignAdapters.Problems(unknown.Except(dora, StringComparer.Ordinal)))
            yield return problem.Replace("the model has no such layer", "the name is none of sd-scripts'", StringComparison.Ordinal);
    }

    private IEnumerable<string> Problems(string name)
    {
        if (Shape(name, Down) is not { } down || Shape(name, Up) is not { } up)
        {
            yield return $"{name}: {(Shape(name, Down) is null ? "lora_down.weight" : "lora_up.weight")} is missing";
            yield break;
        }
        var mid = Shape(name, Mid);
        var rank = mid?[0] ?? down[0];
        var fits = down.Length is 2 or 4 && up.Length is 2 or 4 && up.Skip(2).All(side => side == 1) && up[1] == rank && rank > 0
            && (mid is null || (mid.Length == 4 && mid[1] == down[0] && down.Skip(2).All(side => side == 1)));
        if (!fits)
            yield return $"{name}: lora_up.weight {Text(up)} does not fit lora_down.weight {Text(down)}{(mid is null ? "" : $" and lora_mid.weight {Text(mid)}")}";
        if (Shape(name, Alpha) is { } alpha && alpha.Aggregate(1L, (a, b) => a * b) != 1)
            yield return $"{name}.alpha: expected a single number, found {Text(alpha)}";
    }

    private long[]? Shape(string name, string part) => _layers[name].TryGetValue(part, out var key) ? [.. _file.Tensors[key].Shape] : null;

    private Tensor? Read(Dictionary<string, string> parts, string part) => parts.TryGetValue(part, out var key) ? _file.Read(key, ScalarType.Float64) : null;

    /// <summary>Linear layers may be written as 1×1 convolutions.</summary>
    internal static long[] Significant(long[] shape) => shape is [_, _, 1, 1] ? shape[..2] : shape;

    private static string Text(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";

    [GeneratedRegex(@"^(?<layer>lora_(unet|te|te1|te2)_[^.]+)(?<part>\.lora_down\.weight|\.lora_up\.weight|\.lora_mid\.weight|\.alpha)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Spelling();
}
