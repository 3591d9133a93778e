using Slipway.Diffusion.Memory;
using Slipway.Diffusion.Modules;
using Slipway.Diffusion.UNets;
using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Model;

/// <summary>
/// The UNet's weights while something beside them is trained: in eight bits, in host memory, or both. Of each layer they are brought to the
/// device, in the model's precision, while it is computed. Afterwards the weights have the very bits that they had before.
/// </summary>
/// <remarks>
/// Eight bits are e4m3 without a scale (Micikevicius et al. 2022, "FP8 formats for deep learning"), as sd-scripts has them with <c>fp8_base</c>: three bits of
/// fraction, and numbers below 2⁻⁶ with fewer. Of larger ones than 448, which it does not have, the sign is kept and 448. Weights of linear layers and convolutions
/// are so, biases and norms are not.
/// </remarks>
public sealed class FrozenWeights : IDisposable
{
    // libtorch's float8_e4m3fn, for which TorchSharp has no name.
    private const ScalarType EightBits = (ScalarType)24;
    private const double Largest = 448;
    private const string Part = "unet";

    private readonly SdxlModel _model;
    private readonly bool _inEightBits;
    private readonly Dictionary<string, FrozenLayer> _layers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Tensor> _originals = new(StringComparer.Ordinal);
    private int _blocksAway;

    /// <summary>Rounds the weights to eight bits, if they are to be.</summary>
    /// <param name="model">The model, with no LoRA hooked onto it.</param>
    /// <param name="inEightBits">Whether they are.</param>
    public FrozenWeights(SdxlModel model, bool inEightBits)
    {
        ArgumentNullException.ThrowIfNull(model);
        (_model, _inEightBits) = (model, inEightBits);
        Round();
    }

    /// <summary>Where blocks wait; null: in host memory, which is the CPU's own, so that there they stay where they are.</summary>
    public IWaitingPlace? Place { get; init; }

    /// <summary>Is told whenever a weight has been brought; null: nobody.</summary>
    internal Action? Brought { get; init; }

    /// <summary>The weights as they rest.</summary>
    internal IEnumerable<Tensor> Resting => _layers.Values.Select(layer => layer.Resting);

    /// <summary>
    /// The transformer blocks that wait in host memory: those with the most weights first, and of equal ones those that come first on the way from noise to
    /// prediction. What residual blocks have is little beside them.
    /// </summary>
    /// <param name="unet">The UNet.</param>
    /// <param name="count">How many; where there are fewer, all.</param>
    public static IReadOnlyList<TransformerBlock> Waiting(UNet unet, int count)
    {
        ArgumentNullException.ThrowIfNull(unet);
        return [.. unet.modules().OfType<TransformerBlock>().OrderByDescending(block => block.parameters().Sum(weight => weight.numel())).Take(count)];
    }

    /// <summary>How many weights of layers and convolutions a network has, or a part of one: those that can be in eight bits or wait.</summary>
    public static long Count(nn.Module network) => LayersOf(network).Sum(layer => layer.Weight.numel());

    /// <summary>Lets blocks wait in <see cref="Place"/> from now on.</summary>
    /// <param name="blocks">How many.</param>
    public void SendAway(int blocks)
    {
        _blocksAway = _model.Device.type == DeviceType.CPU && Place is null ? 0 : blocks;
        var waiting = Waiting(_model.UNet, _blocksAway).SelectMany(LayersOf).ToHashSet<object>(ReferenceEqualityComparer.Instance);
        foreach (var (name, layer) in Layers().Where(layer => waiting.Contains(layer.Layer)))
            Frozen(name, layer).Rest(weight => Place?.Take(weight) ?? weight.cpu());
    }

    /// <summary>All weights as they were, for as long as the result lives; for whoever changes them, or draws what others will draw. No LoRA may be hooked on when it begins or ends.</summary>
    public IDisposable Whole()
    {
        Return();
        return new Interlude(this);
    }

    /// <summary>Brings all weights back.</summary>
    public void Dispose() => Return();

    private IEnumerable<(string Name, WeightedLayer Layer)> Layers() =>
        _model.UNet.named_modules().Where(entry => entry.module is WeightedLayer).Select(entry => (entry.name, (WeightedLayer)entry.module));

    private static IEnumerable<WeightedLayer> LayersOf(nn.Module network) => network.modules().OfType<WeightedLayer>();

    private FrozenLayer Frozen(string name, WeightedLayer layer)
    {
        if (!_layers.TryGetValue(name, out var frozen))
            _layers.Add(name, frozen = new FrozenLayer(layer, _model.UNet.Gradients) { Brought = WasBrought });
        return frozen;
    }

    private void WasBrought()
    {
        Place?.WasRead();
        Brought?.Invoke();
    }

    private void Round()
    {
        foreach (var (name, layer) in _inEightBits ? Layers() : [])
        {
            var frozen = Frozen(name, layer);
            if (!CanBeReadAgain(name))
                _originals.Add(name, frozen.Resting.cpu().alias().DetachFromDisposeScope());
            frozen.Rest(weight => weight.clamp(-Largest, Largest).to(EightBits));
        }

        if (_inEightBits)
            NativeHeap.GiveBack();
    }

    // What is in the files is not what the layer computes with while a LoRA is in its weights.
    private bool CanBeReadAgain(string name) => _model.Stored is { } stored && !stored.Changed.ContainsKey($"{Part}.{name}");

    private void Return()
    {
        foreach (var (name, layer) in _layers)
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var weight = !_inEightBits ? layer.Resting
                : _originals.TryGetValue(name, out var original) ? original
                : _model.Stored!.Read($"{Part}.{name}.weight", _model.Precision);
            layer.Return(weight.to(_model.Device, copy: !_inEightBits).alias().DetachFromDisposeScope());
        }

        foreach (var original in _originals.Values)
            original.Dispose();
        _originals.Clear();
        _layers.Clear();
    }

    private sealed class Interlude(FrozenWeights weights) : IDisposable
    {
        public void Dispose()
        {
            weights.Round();
            weights.SendAway(weights._blocksAway);
        }
    }
}
