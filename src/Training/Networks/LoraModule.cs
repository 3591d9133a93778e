using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Slipway.Training;

/// <summary>
/// A low-rank branch beside one layer (Hu et al. 2021): y = layer(x) + multiplier · alpha/rank · up(down(x)).
/// Beside a convolution, down has the layer's kernel, stride and padding, and up is 1×1.
/// It hooks onto the layer's <c>call</c>, so the model's own parameters and their names stay as they are; several branches
/// beside one layer add up.
/// </summary>
public sealed class LoraModule : IDisposable
{
    private readonly Conv2d? _conv;
    private readonly DoraScale? _dora;
    private readonly AdapterParameter _down;
    private readonly AdapterParameter _up;
    private Scalar _scale;
    private double _multiplier = 1;
    private Action? _detach;

    /// <param name="rank">Of the branch.</param>
    /// <param name="alpha">0 means the rank: a scale of 1.</param>
    /// <param name="generator">On the CPU, for down's initial values; up is zero, so that training starts at the unchanged model.</param>
    /// <param name="target">The layer.</param>
    public LoraModule(LoraTarget target, int rank, double alpha, Generator generator)
        : this(target, rank, alpha, (down, up) => (Initial(down, generator), zeros(up)))
    {
    }

    /// <summary>With given weights, of a file; they stay the caller's.</summary>
    /// <param name="target">The layer.</param>
    /// <param name="alpha">0 means the rank.</param>
    /// <param name="down">[rank, in] or [rank, in, k, k].</param>
    /// <param name="up">[out, rank], with two sides of length 1 behind or not.</param>
    /// <param name="magnitude">Of a DoRA, see <see cref="DoraScale"/>; null: none.</param>
    /// <exception cref="ArgumentException">The weights do not fit the layer.</exception>
    internal LoraModule(LoraTarget target, double alpha, Tensor down, Tensor up, Tensor? magnitude = null)
        : this(target, (int)down.shape[0], alpha, (downShape, upShape) => (Fitting(target, "lora_down", down, downShape), Fitting(target, "lora_up", up, upShape)))
    {
        using var inference = no_grad();
        using var product = magnitude is null ? null : Product(Alpha / Rank);
        _dora = magnitude is null ? null : new DoraScale(target, magnitude, product!);
    }

    private LoraModule(LoraTarget target, int rank, double alpha, Func<long[], long[], (Tensor Down, Tensor Up)> weights)
    {
        Target = target;
        Rank = rank;
        Alpha = alpha == 0 ? rank : alpha;
        _conv = target.Layer as Conv2d;
        var shape = target.Weight.shape;
        using (NewDisposeScope())
        {
            var (down, up) = weights([rank, .. shape[1..]], _conv is null ? [shape[0], rank] : [shape[0], rank, 1, 1]);
            _down = new AdapterParameter("lora_down.weight", down.to(target.Weight.device));
            _up = new AdapterParameter("lora_up.weight", up.to(target.Weight.device), isUp: true);
        }
        _scale = Alpha / Rank;
    }

    public LoraTarget Target { get; }

    public string Name => Target.Name;

    public int Rank { get; }

    public double Alpha { get; }

    /// <summary>[rank, in] or [rank, in, k, k]; float32.</summary>
    public Tensor Down => _down.Value;

    /// <summary>[out, rank] or [out, rank, 1, 1]; float32.</summary>
    public Tensor Up => _up.Value;

    /// <summary>What is trained of it: down, then up.</summary>
    public IReadOnlyList<AdapterParameter> Parameters => [_down, _up];

    /// <summary>Its learning rate is so many times that of its part of the model; at 0 it is not trained.</summary>
    public double RateFactor { get; init; } = 1;

    /// <summary>The branch's strength; at 0 it is not computed.</summary>
    public double Multiplier
    {
        get => _multiplier;
        set
        {
            _multiplier = value;
            _scale.Dispose();
            _scale = value * Alpha / Rank;
        }
    }

    public bool IsAttached => _detach is not null;

    public void Attach()
    {
        if (_detach is not null)
            return;
        var hook = ((Module<Tensor, Tensor>)Target.Layer).register_forward_hook((_, input, output) => Add(input, output));
        _detach = hook.remove;
    }

    public void Detach()
    {
        _detach?.Invoke();
        _detach = null;
    }

    /// <summary>Magnitudes of a DoRA, as the file had them; null for a LoRA.</summary>
    public Tensor? Magnitude => _dora?.Magnitude;

    /// <summary>
    /// What the branch adds to the layer's weight, in its shape and float32: multiplier · alpha/rank · up∘down; of a DoRA
    /// multiplier · (rescaled weight − weight).
    /// </summary>
    public Tensor Delta()
    {
        using var inference = no_grad();
        if (_dora is null)
            return Product(_multiplier * Alpha / Rank);
        using var product = Product(Alpha / Rank);
        return _dora.Delta(product, _multiplier);
    }

    public void Dispose()
    {
        Detach();
        _down.Dispose();
        _up.Dispose();
        _dora?.Dispose();
        _scale.Dispose();
    }

    // Three operations: on small models the time goes into calls, not into arithmetic.
    private Tensor Add(Tensor input, Tensor output)
    {
        if (_multiplier == 0)
            return output;
        if (_dora is not null)
            return AddRescaled(_dora, input, output);
        using var branch = input.dtype == Down.dtype ? Branch(input, Down, Up) : CastBranch(input);
        var sum = output.add(branch, _scale);
        output.Dispose();
        return sum;
    }

    private Tensor AddRescaled(DoraScale dora, Tensor input, Tensor output)
    {
        using var scope = NewDisposeScope();
        var branch = dora.Branch(input, rescaled => CastBranch(rescaled) * (Alpha / Rank));
        return (output + (branch * _multiplier)).MoveToOuterDisposeScope();
    }

    private Tensor Product(double scale)
    {
        using var product = Up.detach().flatten(1).mm(Down.detach().flatten(1));
        return product.mul_(scale).reshape(Target.Weight.shape);
    }

    private Tensor Branch(Tensor input, Tensor down, Tensor up)
    {
        using var hidden = _conv is null
            ? functional.linear(input, down)
            : functional.conv2d(input, down, null, _conv.stride, _conv.padding, _conv.dilation);
        return _conv is null ? functional.linear(hidden, up) : functional.conv2d(hidden, up);
    }

    // The weights stay in float32 for the optimizer's small steps; the product is taken in the model's precision.
    private Tensor CastBranch(Tensor input)
    {
        using var down = Down.to(input.dtype);
        using var up = Up.to(input.dtype);
        return Branch(input, down, up);
    }

    // Kaiming's uniform initialisation with a = √5 is uniform within ±1/√fan_in.
    private static Tensor Initial(long[] shape, Generator generator)
    {
        var bound = 1 / Math.Sqrt(shape[1..].Aggregate(1L, (a, b) => a * b));
        return rand(shape, dtype: ScalarType.Float32, generator: generator).mul_(2 * bound).sub_(bound);
    }

    // Some trainers write the weights of linear layers and 1×1 convolutions with or without two sides of length 1.
    private static Tensor Fitting(LoraTarget target, string what, Tensor values, long[] shape) =>
        Significant(values.shape).SequenceEqual(Significant(shape))
            ? values.to(ScalarType.Float32).reshape(shape)
            : throw new ArgumentException(
                $"{target.Name}.{what}.weight: expected [{string.Join(", ", shape)}], found [{string.Join(", ", values.shape)}].", what);

    private static IEnumerable<long> Significant(long[] shape) => shape.Length == 4 && shape[2] == 1 && shape[3] == 1 ? shape[..2] : shape;
}
