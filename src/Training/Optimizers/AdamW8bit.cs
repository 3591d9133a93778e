using Slipway.Training.Options;
using Slipway.Training.State;
using static TorchSharp.torch;

namespace Slipway.Training.Optimizers;

/// <summary>
/// AdamW whose moments take a byte each between the steps (Dettmers et al. 2021, "8-bit Optimizers via Block-wise Quantization"), a quarter of
/// <see cref="AdamW"/>'s; each step computes with them in float32. Blocks of 256 follow one another through the whole buffer, where bitsandbytes
/// begins anew with each tensor and keeps tensors of fewer than 4,096 values in float32.
/// </summary>
public sealed class AdamW8bit : IOptimizer
{
    // So many blocks at a time are computed with: 4 MiB of each tensor that is made meanwhile.
    private const long BlocksAtATime = 4096;

    private readonly FlatParameters _parameters;
    private readonly AdamWOptions _options;
    private readonly BlockQuantized _firstMoment;
    private readonly BlockQuantized _secondMoment;
    private int _steps;

    /// <summary>Begins with moments of zero.</summary>
    public AdamW8bit(FlatParameters parameters, AdamWOptions options)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(options);
        (_parameters, _options) = (parameters, options);
        _firstMoment = new BlockQuantized(parameters.Values.numel(), DynamicMap.Signed, parameters.Values.device);
        _secondMoment = new BlockQuantized(parameters.Values.numel(), DynamicMap.Unsigned, parameters.Values.device);
    }

    /// <inheritdoc/>
    public void Step(IReadOnlyList<double> learningRates)
    {
        ArgumentNullException.ThrowIfNull(learningRates);
        using var inference = no_grad();
        _steps++;
        var all = BlockQuantized.Blocks(_parameters.Values.numel());
        for (var block = 0L; block < all; block += BlocksAtATime)
        {
            using var scope = NewDisposeScope();
            Step(block, Math.Min(BlocksAtATime, all - block), learningRates);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> State() => new Dictionary<string, Tensor>(StringComparer.Ordinal)
    {
        ["first_moment"] = _firstMoment.Codes,
        ["first_moment_scales"] = _firstMoment.Scales,
        ["second_moment"] = _secondMoment.Codes,
        ["second_moment_scales"] = _secondMoment.Scales,
        ["steps"] = tensor(new double[] { _steps }),
    };

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, Tensor> state)
    {
        state.Fill("first_moment", _firstMoment.Codes);
        state.Fill("first_moment_scales", _firstMoment.Scales);
        state.Fill("second_moment", _secondMoment.Codes);
        state.Fill("second_moment_scales", _secondMoment.Scales);
        _steps = (int)state.Numbers("steps")[0];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _firstMoment.Dispose();
        _secondMoment.Dispose();
    }

    private void Step(long block, long blocks, IReadOnlyList<double> rates)
    {
        var (beta1, beta2) = (_options.AdamBeta1, _options.AdamBeta2);
        var (start, end) = (block * BlockQuantized.BlockSize, Math.Min((block + blocks) * BlockQuantized.BlockSize, _parameters.Values.numel()));
        var gradients = _parameters.Gradients.narrow(0, start, end - start);
        var (first, second) = (_firstMoment.Read(block, blocks), _secondMoment.Read(block, blocks));
        first.view(-1).narrow(0, 0, end - start).mul_(beta1).add_(gradients, 1 - beta1);
        second.view(-1).narrow(0, 0, end - start).mul_(beta2).addcmul_(gradients, gradients, 1 - beta2);
        _firstMoment.Write(block, first);
        _secondMoment.Write(block, second);
        var spread = second.sqrt().div_(Math.Sqrt(1 - Math.Pow(beta2, _steps))).add_(_options.AdamEps);
        for (var i = 0; i < _parameters.Groups.Count; i++)
        {
            var (from, to) = (Math.Max(start, _parameters.Offsets[i]), Math.Min(end, _parameters.Offsets[i + 1]));
            if (from < to)
                Move(_parameters.Values.narrow(0, from, to - from), first.view(-1).narrow(0, from - start, to - from), spread.view(-1).narrow(0, from - start, to - from), rates[i]);
        }
    }

    private void Move(Tensor values, Tensor moment, Tensor spread, double rate)
    {
        values.mul_(1 - (rate * _options.WeightDecay));
        values.addcdiv_(moment, spread, -rate / (1 - Math.Pow(_options.AdamBeta1, _steps)));
    }
}
