using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Training;

/// <summary>
/// AdamW (Loshchilov and Hutter 2019) over one flat buffer: decoupled weight decay, bias-corrected moments, as
/// <c>torch.optim.AdamW</c> computes it. Each group has a learning rate of its own.
/// </summary>
public sealed class AdamW : IDisposable
{
    private const long NormPart = 1024;

    private readonly FlatParameters _parameters;
    private readonly AdamWOptions _options;

    public AdamW(FlatParameters parameters, AdamWOptions options)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _parameters = parameters;
        _options = options;
        FirstMoment = zeros_like(parameters.Gradients).DetachFromDisposeScope();
        SecondMoment = zeros_like(parameters.Gradients).DetachFromDisposeScope();
    }

    /// <summary>Exponential mean of the gradients, [N].</summary>
    public Tensor FirstMoment { get; }

    /// <summary>Exponential mean of the squared gradients, [N].</summary>
    public Tensor SecondMoment { get; }

    /// <summary>Steps taken; a resumed training sets it.</summary>
    public int Steps { get; set; }

    /// <summary>
    /// Scales all gradients so that their common L2 norm is at most <paramref name="maxNorm"/> (0: as they are).
    /// </summary>
    /// <returns>The norm before.</returns>
    public double ClipGradients(double maxNorm)
    {
        using var inference = no_grad();
        using var norm = Norm(_parameters.Gradients);
        var value = (double)norm.item<float>();
        if (maxNorm > 0 && maxNorm / (value + 1e-6) is < 1 and var factor)
        {
            using Scalar scale = factor;
            _parameters.Gradients.mul_(scale);
        }
        return value;
    }

    /// <summary>One step down the gradients, which are set to zero afterwards.</summary>
    /// <param name="learningRates">One a group, in the order of <see cref="FlatParameters.Groups"/>.</param>
    public void Step(IReadOnlyList<double> learningRates)
    {
        ArgumentNullException.ThrowIfNull(learningRates);
        using var inference = no_grad();
        using var scope = NewDisposeScope();
        Steps++;
        var (beta1, beta2) = (_options.Beta1, _options.Beta2);
        FirstMoment.mul_(beta1).add_(_parameters.Gradients, 1 - beta1);
        SecondMoment.mul_(beta2).addcmul_(_parameters.Gradients, _parameters.Gradients, 1 - beta2);
        var spread = SecondMoment.sqrt().div_(Math.Sqrt(1 - Math.Pow(beta2, Steps))).add_(_options.Eps);
        for (var i = 0; i < _parameters.Groups.Count; i++)
        {
            var values = _parameters.Groups[i].Values;
            var (offset, size) = (_parameters.Offset(i), values.numel());
            var rate = learningRates[i];
            values.mul_(1 - (rate * _options.WeightDecay));
            values.addcdiv_(FirstMoment.narrow(0, offset, size), spread.narrow(0, offset, size), -rate / (1 - Math.Pow(beta1, Steps)));
        }
        _parameters.Gradients.zero_();
    }

    // Norms of norms: one sum over millions of squares in float32 loses digits, and whole per cents at SDXL's size.
    private static Tensor Norm(Tensor values)
    {
        if (values.numel() <= NormPart)
            return values.norm();
        using var scope = NewDisposeScope();
        var whole = values.numel() / NormPart * NormPart;
        var norms = values.narrow(0, 0, whole).view(-1, NormPart).norm(1);
        var rest = values.narrow(0, whole, values.numel() - whole).norm().view(1);
        return Norm(cat([norms, rest])).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        FirstMoment.Dispose();
        SecondMoment.Dispose();
    }
}
