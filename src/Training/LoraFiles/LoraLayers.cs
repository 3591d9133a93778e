using System.Text.RegularExpressions;
using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Files;
using Slipway.Diffusion.Modules;
using Slipway.Training.Networks;
using Slipway.Training.Networks.Adapters;
using Slipway.Training.Options;
using static TorchSharp.torch;

namespace Slipway.Training.LoraFiles;

/// <summary>
/// The layers of a LoRA file of any spelling under sd-scripts' names, read one at a time and without a model. LoRA and LoCon, with or without
/// a core tensor, are products of two thin matrices; LoHa and LoKr are read as the change of the weight that they make, and so is a
/// DoRA, for which the weights of the model must be there. The file is checked as a whole when it is opened.
/// </summary>
public sealed partial class LoraLayers : IDisposable
{
    private const string Down = LowRankChange.Down;
    private const string Up = LowRankChange.Up;
    private const string Mid = LowRankChange.Mid;
    private const string Magnitude = DoraMagnitude.Name;
    private const int NarrowestOfSdxl = 320;

    private readonly LoraTensors _tensors;
    private readonly ModelWeights? _model;
    private readonly IReadOnlyDictionary<string, LoraTarget> _targets;

    private LoraLayers(SafetensorsFile file, LoraStrength strength, string name, ModelWeights? model)
    {
        (_tensors, Strength, Name, _model) = (new LoraTensors(file), strength, name, model);
        _targets = model is null
            ? new Dictionary<string, LoraTarget>(StringComparer.Ordinal)
            : LoraTargets.All(model.TextEncoder1, model.TextEncoder2, model.UNet).ToDictionary(target => target.Name, StringComparer.Ordinal);
    }

    /// <summary>Path of the file.</summary>
    public string Path => _tensors.File.Path;

    /// <summary>What metadata call it: the file's name without extension, unless it was opened under another.</summary>
    public string Name { get; }

    /// <summary>What its changes are multiplied by.</summary>
    public LoraStrength Strength { get; }

    /// <summary>The file's string metadata: <c>ss_*</c>, <c>sshs_*</c>, <c>modelspec.*</c>, ….</summary>
    public IReadOnlyDictionary<string, string> Metadata => _tensors.File.Metadata;

    /// <summary>Names of its layers.</summary>
    public IReadOnlyCollection<string> Names => _tensors.Names;

    /// <summary>What is left out of the file, a line each.</summary>
    public IEnumerable<string> Remarks => _tensors.Remarks;

    /// <summary>What kind of LoRA has changes of no small rank: <c>LoHa</c>, <c>LoKr</c> or <c>DoRA</c>; null where all are products of thin matrices.</summary>
    public string? DenseKind => Names.Select(KindOf).FirstOrDefault(kind => kind is not null);

    /// <summary>The precision of most of its tensors, of those that LoRAs are saved in.</summary>
    public ScalarType SavePrecision => _tensors.MostlyOf() is var type && type is ScalarType.Float16 or ScalarType.BFloat16 ? type : ScalarType.Float32;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="strength">What its changes are multiplied by; null: 1.</param>
    /// <param name="name">What metadata call it; null: the file's name without extension.</param>
    /// <param name="model">The weights of the model that the LoRA is for, which a DoRA's changes depend on; null: without. They stay the caller's.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no LoRA of SDXL, or its tensors do not fit each other: all problems at once.</exception>
    public static LoraLayers Open(string path, LoraStrength? strength = null, string? name = null, ModelWeights? model = null)
    {
        var layers = new LoraLayers(SafetensorsFile.Open(path), strength ?? 1, name ?? System.IO.Path.GetFileNameWithoutExtension(path), model);
        try
        {
            layers.Check();
            return layers;
        }
        catch
        {
            layers.Dispose();
            throw;
        }
    }

    /// <summary>Reads a file that was just written as others will: its keys, its shapes, its values.</summary>
    /// <param name="path">The file.</param>
    /// <param name="names">The layers that it must have.</param>
    /// <exception cref="InvalidDataException">It is not what it should be.</exception>
    internal static void Verify(string path, IReadOnlyCollection<string> names)
    {
        using var layers = new LoraLayers(SafetensorsFile.Open(path), 1, "", null);
        var problems = layers.Sort().Concat(layers.Names.SelectMany(layers.Problems))
            .Concat(names.Except(layers.Names, StringComparer.Ordinal).Select(name => $"{name}: is not read back")).ToList();
        if (problems.Count > 0)
            throw new InvalidDataException($"The LoRA that was made could not be read again, and was not kept: {string.Join("; ", problems)}. This is a fault of Slipway.");
        foreach (var name in layers.Names)
        {
            using var scope = NewDisposeScope();
            _ = layers._tensors.ReadAll(name, ScalarType.Float32);
        }
    }

    /// <summary>A layer's change, at the file's strength.</summary>
    /// <exception cref="InvalidDataException">It holds values that are no numbers.</exception>
    internal LayerChange Read(string name)
    {
        using var scope = NewDisposeScope();
        return (KindOf(name) is null ? Thin(name) : LayerChange.OfDense(name, Dense(name))).MoveToOuterDisposeScope();
    }

    private LayerChange Thin(string name)
    {
        var (down, up) = (_tensors.Read(name, Down, ScalarType.Float64)!, _tensors.Read(name, Up, ScalarType.Float64)!);
        if (_tensors.Read(name, Mid, ScalarType.Float64) is { } mid)
            down = einsum("abkl,bi->aikl", mid, down.flatten(1));
        var rank = down.shape[0];
        var alpha = _tensors.Alpha(name);
        return new LayerChange(name, [up.shape[0], .. down.shape[1..]], up.flatten(1) * (Strength.Of(name) * (alpha == 0 ? 1 : alpha / rank)), down.flatten(1));
    }

    /// <summary>What it adds to the weight, in its shape and float64.</summary>
    private Tensor Dense(string name)
    {
        using var layer = LayerOutline.Of(ShapeOf(name));
        // Only a DoRA's change depends on the weight; the others take its place and device from it.
        var weight = _tensors.Has(name, Magnitude) ? _model!.Read(_targets[name].Path + ".weight", ScalarType.Float32) : zeros(ShapeOf(name));
        new WeightSlots(layer).Fill("weight", weight.DetachFromDisposeScope());
        using var branch = new Adapter(Target(name, layer), _tensors.Alpha(name), _ => _tensors.ReadAll(name, ScalarType.Float32)) { Multiplier = Strength.Of(name) };
        var change = branch.Delta();
        return change.isfinite().all().item<bool>() ? change.to(ScalarType.Float64) : throw _tensors.NotFinite(name);
    }

    /// <summary>The shape of a layer's weight: [out, in] or [out, in, k, k].</summary>
    internal long[] ShapeOf(string name) => _targets.TryGetValue(name, out var target) ? target.Weight.shape : AdapterShape.Of(name, part => _tensors.Shape(name, part));

    /// <summary>The shape without two sides of length 1: linear layers may be written as 1×1 convolutions.</summary>
    internal static long[] Significant(long[] shape) => shape is [_, _, 1, 1] ? shape[..2] : shape;

    /// <inheritdoc/>
    public void Dispose() => _tensors.Dispose();

    private string? KindOf(string name) => _tensors.Has(name, Magnitude) ? "DoRA" : _tensors.Has(name, Down) ? null : AdapterShape.KindOf(part => _tensors.Has(name, part));

    private void Check()
    {
        if (ForeignArchitecture.Of(_tensors.File) is { } reason)
            throw new InvalidDataException(ForeignArchitecture.Sentence(Path, reason));
        var problems = Sort().Concat(Names.SelectMany(Problems)).ToList();
        if (Names.Count == 0 && problems.Count == 0)
            problems.Add(LoraTensors.Nothing);
        var magnitudes = Names.Count(name => _tensors.Has(name, Magnitude));
        if (magnitudes > 0 && _model is null)
            problems.Add($"it is a DoRA ({magnitudes} magnitudes), whose change depends on the model's weights: name the model (--base=MODEL), or merge it into one (--model=MODEL)");
        if (problems.Count > 0)
            throw new InvalidDataException($"LoRA file {Path} cannot be taken apart: {string.Join("; ", problems)}. Expected a LoRA, LoCon, LoHa, LoKr or DoRA of SDXL.");
    }

    private IEnumerable<string> Sort()
    {
        var keys = _model is null ? new LoraKeys(SdxlLayers.All(ResnetsALevel())) : new LoraKeys(_targets.Values);
        foreach (var problem in _tensors.Sort(key => keys.Find(key) ?? (_model is null ? Own(key) : null)))
            yield return problem;
        foreach (var problem in ForeignAdapters.Problems(_tensors.Unknown))
            yield return _model is null ? problem.Replace("the model has no such layer", "SDXL has no such layer", StringComparison.Ordinal) : problem;
    }

    // A layer that no SDXL model has may be one of a model that is made like it: without the model nobody knows.
    private static (LayerName Layer, string Part)? Own(string key) =>
        LoraKeys.Split(key) is var (name, part) && OwnName().IsMatch(name) ? (new LayerName(name, name), part) : null;

    /// <summary>
    /// Resnets at each level on the way down, which the numbers of blocks in sd-scripts' names depend on: of names in diffusers' layout
    /// the highest numbers tell. SDXL's own widths tell too, in a file of a few blocks alone.
    /// </summary>
    private int ResnetsALevel()
    {
        var numbers = _tensors.File.Tensors.Keys.Select(key => BlockNumber().Match(key)).Where(match => match.Success)
            .Select(match => match.Groups["number"].Value[0] - '0' + (match.Groups["side"].Value == "down" ? 1 : 0)).DefaultIfEmpty(SdxlLayers.LayersPerBlock).Max();
        var isWide = _tensors.File.Tensors.Any(entry => BlockNumber().IsMatch(entry.Key) && entry.Value.Shape.Any(side => side >= NarrowestOfSdxl && side % NarrowestOfSdxl == 0));
        return isWide ? SdxlLayers.LayersPerBlock : Math.Max(numbers, 1);
    }

    private IEnumerable<string> Problems(string name)
    {
        if (_tensors.AlphaProblem(name) is { } problem)
            yield return problem;
        if ((KindOf(name) is null && !_tensors.Has(name, Magnitude) ? ThinProblem(name) : BranchProblem(name)) is { } other)
            yield return other;
    }

    private string? ThinProblem(string name)
    {
        if (_tensors.Shape(name, Down) is not { } down || _tensors.Shape(name, Up) is not { } up)
            return $"{name}: {(_tensors.Shape(name, Down) is null ? Down : Up)} is missing";
        var mid = _tensors.Shape(name, Mid);
        var rank = mid?[0] ?? down[0];
        var fits = down.Length is 2 or 4 && up.Length is 2 or 4 && up.Skip(2).All(side => side == 1) && up[1] == rank && rank > 0
            && (mid is null || (mid.Length == 4 && mid[1] == down[0] && down.Skip(2).All(side => side == 1)));
        if (!fits)
            return $"{name}: {Up} {Text(up)} does not fit {Down} {Text(down)}{(mid is null ? "" : $" and {Mid} {Text(mid)}")}";
        return _targets.ContainsKey(name) ? BranchProblem(name) : null;
    }

    /// <summary>Makes the branch without memory, which tells whether all tensors are there and fit.</summary>
    private string? BranchProblem(string name)
    {
        if (ShapeOf(name) is not { Length: > 0 } shape)
            return $"{name}.{_tensors.PartsOf(name).Order(StringComparer.Ordinal).First()}: the tensors that belong to it are missing";
        try
        {
            using var scope = NewDisposeScope();
            using var layer = LayerOutline.Of(shape);
            new Adapter(Target(name, layer), 1, _ => _tensors.Outlines(name)).Dispose();
            return null;
        }
        catch (ArgumentException exception)
        {
            return exception.Message;
        }
    }

    private static LoraTarget Target(string name, WeightedLayer layer) => new(name, name, layer, LoraGroup.UNet, IsReached: true);

    private static string Text(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";

    [GeneratedRegex("^lora_(unet|te1|te2)_[^.]+$", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex OwnName();

    [GeneratedRegex(@"(?<side>down|up)_blocks[._]\d[._](attentions|resnets)[._](?<number>\d)[._]", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex BlockNumber();
}
