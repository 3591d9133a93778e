using Slipway.Diffusion.Modules;
using Slipway.Training.Networks.Adapters;
using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Training.Networks;

/// <summary>
/// A trained branch beside one layer: y = layer(x) + multiplier · ΔW(x). What ΔW is made of is LoRA's and LoCon's low rank,
/// LoHa's element-wise product or LoKr's Kronecker product, each with DoRA's magnitudes or without.
/// It hooks onto the layer's <c>call</c>, so the model's own parameters and their names stay as they are; several branches
/// beside one layer add up.
/// </summary>
public sealed class Adapter : ILowRankBranch, IDisposable
{
    private readonly IWeightChange _change;
    private readonly DoraMagnitude? _dora;
    private Scalar _scale;
    private double _multiplier = 1;
    private Action? _detach;

    /// <summary>A new LoRA branch that changes nothing.</summary>
    /// <param name="target">The layer.</param>
    /// <param name="rank">The branch's rank.</param>
    /// <param name="alpha">0 means the rank: a scale of 1.</param>
    /// <param name="generator">On the CPU, for down's initial values; up is zero, so that training starts at the unchanged model.</param>
    public Adapter(LoraTarget target, int rank, double alpha, Generator generator)
        : this(target, alpha, layer => LowRankChange.Initial(layer, rank, useTucker: false, generator))
    {
    }

    /// <summary>A LoRA branch with given weights; they stay the caller's.</summary>
    /// <param name="target">The layer.</param>
    /// <param name="alpha">0 means the rank.</param>
    /// <param name="down">[rank, in] or [rank, in, k, k].</param>
    /// <param name="up">[out, rank], with two sides of length 1 behind or not.</param>
    /// <exception cref="ArgumentException">The weights do not fit the layer.</exception>
    internal Adapter(LoraTarget target, double alpha, Tensor down, Tensor up)
        : this(target, alpha, _ => new Dictionary<string, Tensor>(StringComparer.Ordinal) { [LowRankChange.Down] = down, [LowRankChange.Up] = up })
    {
    }

    /// <summary>A branch of whatever kind its tensors are.</summary>
    /// <param name="target">The layer.</param>
    /// <param name="alpha">0 means the rank.</param>
    /// <param name="tensors">Gives them by the ends of their keys in a file, such as <c>lokr_w1</c>.</param>
    /// <exception cref="ArgumentException">Tensors are missing or do not fit the layer.</exception>
    internal Adapter(LoraTarget target, double alpha, Func<AdaptedLayer, IReadOnlyDictionary<string, Tensor>> tensors)
    {
        using var scope = NewDisposeScope();
        Target = target;
        var layer = new AdaptedLayer(target);
        var parts = new AdapterTensors(target.Name, tensors(layer));
        _change = parts.HasAny("hada_") ? new HadamardChange(layer, parts)
            : parts.HasAny("lokr_") ? new KroneckerChange(layer, parts)
            : new LowRankChange(layer, parts);
        _dora = parts.Has(DoraMagnitude.Name) ? new DoraMagnitude(layer, parts) : null;
        Parameters = _dora is null ? _change.Parameters : [.. _change.Parameters, _dora.Parameter];
        Alpha = alpha == 0 ? Math.Max(Rank, 1) : alpha;
        _scale = Scaled(1);
    }

    /// <summary>The layer that the branch stands beside.</summary>
    public LoraTarget Target { get; }

    /// <summary>sd-scripts' name of the layer, such as <c>lora_unet_middle_block_1_proj_in</c>.</summary>
    public string Name => Target.Name;

    /// <summary>What <see cref="Alpha"/> is divided by; 0 for a LoKr that decomposes nothing, whose scale is always 1.</summary>
    public int Rank => _change.Rank;

    /// <summary>Scales the branch together with <see cref="Rank"/>: by alpha/rank.</summary>
    public double Alpha { get; }

    /// <summary>The trained tensors in the order in which an optimizer takes them, float32.</summary>
    public IReadOnlyList<AdapterParameter> Parameters { get; }

    /// <summary>Its learning rate is so many times that of its part of the model; at 0 it is not trained.</summary>
    public double LrMultiplier { get; internal set; } = 1;

    /// <summary>The strength of the branch; at 0 it is not computed.</summary>
    public double Multiplier
    {
        get => _multiplier;
        set
        {
            _multiplier = value;
            _scale.Dispose();
            _scale = Scaled(value);
        }
    }

    /// <summary>What training leaves out of it at random; null: nothing.</summary>
    internal BranchDropout? Dropout { get; set; }

    /// <summary>The change, where others can share the first of its products; null: it goes by itself.</summary>
    internal LowRankChange? Joinable => _dora is null && Dropout is null && _change is LowRankChange { IsPlain: true } change ? change : null;

    /// <summary>Those that it shares its first product with, and its number among them; null: it goes by itself.</summary>
    internal (JoinedBranches Branches, int Number)? Joined { get; set; }

    /// <summary>Whether it is computed together with its layer where both can be.</summary>
    internal bool IsFused { get; set; }

    /// <summary>Whether the branch takes part when its layer is called.</summary>
    public bool IsAttached => _detach is not null;

    private double Scaled(double multiplier) => Rank == 0 ? multiplier : multiplier * Alpha / Rank;

    /// <summary>Hooks the branch onto its layer; nothing happens where it is attached already.</summary>
    public void Attach()
    {
        if (_detach is not null)
            return;
        var hook = Target.Layer.register_forward_hook((_, input, output) => Add(input, output));
        var branches = (Target.Layer as LinearLayer)?.Branches;
        branches?.Add(this);
        _detach = () =>
        {
            hook.remove();
            branches?.Remove(this);
        };
    }

    /// <summary>Takes the branch off its layer; nothing happens where it is not attached.</summary>
    public void Detach()
    {
        _detach?.Invoke();
        _detach = null;
    }

    /// <inheritdoc/>
    public LowRankTerms? Terms(ScalarType type) => IsFused && _multiplier != 0 && Joinable is { } plain ? plain.Terms(type, Scaled(_multiplier)) : null;

    /// <summary>
    /// What the branch adds to the layer's weight, in its shape and float32: multiplier · alpha/rank · product; of a DoRA
    /// multiplier · (rescaled weight − weight).
    /// </summary>
    public Tensor Delta()
    {
        using var inference = no_grad();
        if (_dora is null)
            return Change(_multiplier);
        using var change = Change(1);
        return _dora.Delta(change).mul_(_multiplier);
    }

    /// <summary>‖alpha/rank · product‖, a number in float32 on the layer's device.</summary>
    internal Tensor Norm()
    {
        using var change = Change(1);
        return change.norm();
    }

    /// <summary>Multiplies alpha/rank · product by <paramref name="factor"/>, and each factor of the product alike.</summary>
    internal void Shrink(double factor)
    {
        foreach (var parameter in _change.Parameters)
            parameter.Value.mul_(Math.Pow(factor, 1.0 / _change.Parameters.Count));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Detach();
        foreach (var parameter in Parameters)
            parameter.Dispose();
        _scale.Dispose();
    }

    // Three operations for a LoRA: on small models the time goes into calls, not into arithmetic.
    private Tensor Add(Tensor input, Tensor output)
    {
        if (_multiplier == 0 || Dropout is { LeavesOutBranch: true })
            return output;
        if (Joinable is { } plain)
            return AddPlain(plain, input, output);
        using var branch = _dora is not null ? Rescaled(_dora, input, output) : _change.Branch(input, Dropout);
        var scale = _dora is null ? _scale : _multiplier;
        // Nobody else has the output. A graph would have to remember which part of which tensor was changed.
        if (!branch.requires_grad && !output.requires_grad)
            return output.add_(branch, scale);
        using (output)
            return output.add(branch, scale);
    }

    private Tensor AddPlain(LowRankChange change, Tensor input, Tensor output)
    {
        var scale = Scaled(_multiplier);
        var sum = Joined is var (branches, number) ? branches.AddTo(number, output, input, scale) : change.AddTo(output, input, scale);
        if (!ReferenceEquals(sum, output))
            output.Dispose();
        return sum;
    }

    private Tensor Rescaled(DoraMagnitude dora, Tensor input, Tensor output)
    {
        using var scope = NewDisposeScope();
        return dora.Branch(input, output, Change(1), rescaled => _change.Branch(rescaled, Dropout) * Scaled(1)).MoveToOuterDisposeScope();
    }

    private Tensor Change(double multiplier)
    {
        using var product = _change.Product();
        return product.mul(Scaled(multiplier));
    }
}
