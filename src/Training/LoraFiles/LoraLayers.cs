using System.Text.RegularExpressions;
using Slipway.Diffusion.Files;
using Slipway.Training.Networks.Adapters;
using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Training.LoraFiles;

/// <summary>
/// The layers of a LoRA file in sd-scripts' spelling, read one at a time and without a model: LoRA and LoCon, with or without
/// a core tensor. The file is checked as a whole when it is opened.
/// </summary>
public sealed partial class LoraLayers : IDisposable
{
    private const string Down = LowRankChange.Down;
    private const string Up = LowRankChange.Up;
    private const string Mid = LowRankChange.Mid;

    private readonly LoraTensors _tensors;

    private LoraLayers(SafetensorsFile file, double strength, string name) => (_tensors, Strength, Name) = (new LoraTensors(file), strength, name);

    /// <summary>Path of the file.</summary>
    public string Path => _tensors.File.Path;

    /// <summary>What metadata call it: the file's name without extension, unless it was opened under another.</summary>
    public string Name { get; }

    /// <summary>What its changes are multiplied by.</summary>
    public double Strength { get; }

    /// <summary>The file's string metadata: <c>ss_*</c>, <c>sshs_*</c>, <c>modelspec.*</c>, ….</summary>
    public IReadOnlyDictionary<string, string> Metadata => _tensors.File.Metadata;

    /// <summary>Names of its layers.</summary>
    public IReadOnlyCollection<string> Names => _tensors.Names;

    /// <summary>The precision of most of its tensors, of those that LoRAs are saved in.</summary>
    public ScalarType SavePrecision => Names.Select(name => _tensors.Type(name, Down)).CountBy(type => type).MaxBy(pair => pair.Value).Key
        is var type && type is ScalarType.Float16 or ScalarType.BFloat16 ? type : ScalarType.Float32;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="strength">What its changes are multiplied by.</param>
    /// <param name="name">What metadata call it; null: the file's name without extension.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no LoRA in sd-scripts' spelling, or its tensors do not fit each other: all problems at once.</exception>
    public static LoraLayers Open(string path, double strength = 1, string? name = null)
    {
        var layers = new LoraLayers(SafetensorsFile.Open(path), strength, name ?? System.IO.Path.GetFileNameWithoutExtension(path));
        var problems = layers.Sort().Concat(layers.Names.SelectMany(layers.Problems)).ToList();
        if (layers.Names.Count == 0 && problems.Count == 0)
            problems.Add(LoraTensors.Nothing);
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
        var (down, up) = (_tensors.Read(name, Down, ScalarType.Float64)!, _tensors.Read(name, Up, ScalarType.Float64)!);
        if (_tensors.Read(name, Mid, ScalarType.Float64) is { } mid)
            down = einsum("abkl,bi->aikl", mid, down.flatten(1));
        var rank = down.shape[0];
        var alpha = _tensors.Alpha(name) ?? 0;
        up = up.flatten(1) * (Strength * (alpha == 0 ? 1 : alpha / rank));
        if (!(up.sum() + down.sum()).isfinite().item<bool>())
            throw _tensors.NotFinite(name);
        long[] shape = [up.shape[0], .. down.shape[1..]];
        return new LayerChange(name, shape, up.MoveToOuterDisposeScope(), down.flatten(1).MoveToOuterDisposeScope());
    }

    /// <summary>The shape of a layer's weight: [out, in] or [out, in, k, k].</summary>
    internal long[] ShapeOf(string name)
    {
        var (down, up) = (_tensors.Shape(name, Down)!, _tensors.Shape(name, Up)!);
        var kernel = _tensors.Shape(name, Mid)?[2..] ?? [.. down.Skip(2)];
        return [up[0], down[1], .. kernel];
    }

    /// <summary>The shape without two sides of length 1: linear layers may be written as 1×1 convolutions.</summary>
    internal static long[] Significant(long[] shape) => shape is [_, _, 1, 1] ? shape[..2] : shape;

    /// <inheritdoc/>
    public void Dispose() => _tensors.Dispose();

    private IEnumerable<string> Sort()
    {
        foreach (var problem in _tensors.Sort(key => Spelling().Match(key) is { Success: true } match ? (match.Groups["layer"].Value, match.Groups["part"].Value) : null))
            yield return problem;
        var dora = _tensors.Unknown.Where(key => key.EndsWith("." + DoraMagnitude.Name, StringComparison.Ordinal)).ToList();
        if (dora.Count > 0)
            yield return $"it is a DoRA ({dora.Count} magnitudes), whose change depends on the model's weights";
        foreach (var problem in ForeignAdapters.Problems(_tensors.Unknown.Except(dora, StringComparer.Ordinal)))
            yield return problem.Replace("the model has no such layer", "the name is none of sd-scripts'", StringComparison.Ordinal);
    }

    private IEnumerable<string> Problems(string name)
    {
        if (_tensors.Shape(name, Down) is not { } down || _tensors.Shape(name, Up) is not { } up)
        {
            yield return $"{name}: {(_tensors.Shape(name, Down) is null ? Down : Up)} is missing";
            yield break;
        }
        var mid = _tensors.Shape(name, Mid);
        var rank = mid?[0] ?? down[0];
        var fits = down.Length is 2 or 4 && up.Length is 2 or 4 && up.Skip(2).All(side => side == 1) && up[1] == rank && rank > 0
            && (mid is null || (mid.Length == 4 && mid[1] == down[0] && down.Skip(2).All(side => side == 1)));
        if (!fits)
            yield return $"{name}: {Up} {Text(up)} does not fit {Down} {Text(down)}{(mid is null ? "" : $" and {Mid} {Text(mid)}")}";
        if (_tensors.AlphaProblem(name) is { } problem)
            yield return problem;
    }

    private static string Text(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";

    [GeneratedRegex(@"^(?<layer>lora_(unet|te|te1|te2)_[^.]+)\.(?<part>lora_down\.weight|lora_up\.weight|lora_mid\.weight|alpha)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Spelling();
}
