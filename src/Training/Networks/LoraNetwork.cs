using Slipway.Diffusion.Model;
using Slipway.Training.Networks.Adapters;
using Slipway.Training.Options;

namespace Slipway.Training.Networks;

/// <summary>
/// The LoRA branches of an SDXL model, attached to its layers. The model must outlive the network; disposing the
/// network takes the branches off and leaves the model as it was.
/// </summary>
public sealed class LoraNetwork : IDisposable
{
    private readonly List<Adapter> _modules;
    private double _multiplier = 1;

    internal LoraNetwork(IEnumerable<Adapter> modules) => _modules = [.. modules];

    /// <summary>Branches in sd-scripts' order: first text encoder, second, UNet.</summary>
    public IReadOnlyList<Adapter> Adapters => _modules;

    /// <summary>The strength of every branch. At 0 the model computes exactly what it computes without a network.</summary>
    public double Multiplier
    {
        get => _multiplier;
        set
        {
            _multiplier = value;
            foreach (var module in _modules)
                module.Multiplier = value;
        }
    }

    /// <summary>Sets the strength of the text encoders' branches and of the UNet's apart; <see cref="Multiplier"/> is then that of the UNet.</summary>
    public void SetMultipliers(double textEncoder, double unet)
    {
        Multiplier = unet;
        foreach (var module in _modules.Where(module => module.Target.Group == LoraGroup.TextEncoder))
            module.Multiplier = textEncoder;
    }

    /// <summary>The metadata of the file that it was read from; empty for a new one.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; internal init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Number of values that can be trained.</summary>
    public long ParameterCount => _modules.SelectMany(m => m.Parameters).Sum(p => p.Value.numel());

    /// <summary>A new network, not yet attached, that changes nothing.</summary>
    /// <param name="model">Gets the branches.</param>
    /// <param name="options">Ranks and alphas.</param>
    /// <param name="seed">Each branch is drawn from a stream of its own, named after the module.</param>
    public static LoraNetwork Create(SdxlModel model, LoraOptions options, long seed)
    {
        ArgumentNullException.ThrowIfNull(options);
        var adapters = new NewAdapter(options.Adapter, seed);
        return new LoraNetwork(
            Targets(model, options.HasConvolutions, !options.NetworkTrainUnetOnly)
                .Select(target => (Target: target, Shape: BranchShape.For(target, options)))
                .Where(branch => branch.Shape.Rank > 0)
                .Select(branch => adapters.Create(branch.Target, branch.Shape.Rank, branch.Shape.Alpha, branch.Shape.LrMultiplier)));
    }

    /// <summary>The layers of <paramref name="model"/> that sd-scripts' rules choose.</summary>
    public static IEnumerable<LoraTarget> Targets(SdxlModel model, bool convolutions, bool textEncoders)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (textEncoders)
            model.RequireTextEncoders();
        return OfParts(model, convolutions, textEncoders).Select(target => target with { Stored = model.Stored });
    }

    /// <summary>Leaves parts of the branches out at random from now on, but only between <see cref="BeginMicroBatch"/> and <see cref="EndMicroBatch"/>.</summary>
    /// <param name="options">The chances.</param>
    /// <param name="seed">The training's seed.</param>
    public void UseDropout(DropoutOptions options, long seed)
    {
        ArgumentNullException.ThrowIfNull(options);
        foreach (var module in _modules)
            module.Dropout = options.IsNone ? null : new BranchDropout(options, seed, module.Name);
    }

    /// <summary>Draws what is left out of a micro-batch, forwards and backwards; see <see cref="UseDropout"/>.</summary>
    /// <param name="number">Counted over the whole training.</param>
    public void BeginMicroBatch(long number) => SetMicroBatch(number);

    /// <summary>Leaves nothing out any more: predictions from here on are those of the whole network.</summary>
    public void EndMicroBatch() => SetMicroBatch(null);

    /// <summary>
    /// From now on computes low ranks without dropout, core and DoRA together with their layers, as one node of the graph, and where that cannot be, because a weight
    /// rests elsewhere, the downs of those that are given one input as one product: fewer kernels, and last bits of their own. Others go by themselves as before.
    /// </summary>
    public void JoinBranches()
    {
        JoinedBranches.Join(_modules);
        _modules.ForEach(module => module.IsFused = true);
    }

    /// <summary>Hooks all branches onto their layers.</summary>
    public void Attach() => _modules.ForEach(m => m.Attach());

    /// <summary>Takes all branches off their layers, which leaves the model as it was.</summary>
    public void Detach() => _modules.ForEach(m => m.Detach());

    /// <summary>Adds the branches into the model's weights until the result is disposed, see <see cref="LoraMerge.IntoModel"/>.</summary>
    public LoraMerge Merge() => LoraMerge.IntoModel(this);

    /// <inheritdoc/>
    public void Dispose() => _modules.ForEach(m => m.Dispose());

    private static IEnumerable<LoraTarget> OfParts(SdxlModel model, bool convolutions, bool textEncoders) =>
    [
        .. textEncoders ? LoraTargets.OfTextEncoder(model.TextEncoder1, "lora_te1", usesLastLayer: false) : [],
        .. textEncoders ? LoraTargets.OfTextEncoder(model.TextEncoder2, "lora_te2", usesLastLayer: true) : [],
        .. LoraTargets.OfUNet(model.UNet, convolutions),
    ];

    private void SetMicroBatch(long? number)
    {
        foreach (var module in _modules)
            module.Dropout?.MicroBatch = number;
    }
}
