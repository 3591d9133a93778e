using Slipway.Diffusion.Model;
using Slipway.Training.Metrics;
using Slipway.Training.Networks;
using Slipway.Training.Optimizers;
using static TorchSharp.torch;

namespace Slipway.Training.Hooks;

/// <summary>A training between two steps, as its hooks see it.</summary>
public sealed class TrainingMoment
{
    private readonly Func<Tensor?> _evaluationValues;
    private readonly FrozenWeights _frozen;

    internal TrainingMoment(SdxlModel model, LoraMerge bases, FrozenWeights frozen, LoraNetwork network, FlatParameters parameters, Func<Tensor?> evaluationValues, int steps, int stepsPerEpoch)
    {
        (Model, Bases, Network, Parameters, _evaluationValues) = (model, bases, network, parameters, evaluationValues);
        _frozen = frozen;
        (Steps, StepsPerEpoch) = (steps, stepsPerEpoch);
    }

    /// <summary>The model that is trained on, with the network attached.</summary>
    public SdxlModel Model { get; }

    /// <summary>The LoRAs that are part of <see cref="Model"/> during the training; a network that a hook lays on them it takes off again.</summary>
    public LoraMerge Bases { get; }

    /// <summary>The network that is trained, attached to <see cref="Model"/>.</summary>
    public LoraNetwork Network { get; }

    /// <summary>The values that are trained, as one buffer [N], float32.</summary>
    public FlatParameters Parameters { get; }

    /// <summary>Number of optimizer steps taken so far.</summary>
    public int Step { get; internal set; }

    /// <summary>Number of optimizer steps in the whole training.</summary>
    public int Steps { get; }

    /// <summary>Number of optimizer steps in each epoch.</summary>
    public int StepsPerEpoch { get; }

    /// <summary>What a hook measured after this step; becomes part of the step's figures.</summary>
    public ValidationLosses? Validation { get; set; }

    /// <summary>Number of the epoch, counted from 1, that ends with this step; null within an epoch.</summary>
    public int? FinishedEpoch => Step > 0 && Step % StepsPerEpoch == 0 ? Step / StepsPerEpoch : null;

    /// <summary>
    /// Puts the values in place that would be saved now, for as long as the result lives: the moving average where one is kept, or
    /// what a schedule-free optimizer averages. Hooks look at the network within it.
    /// </summary>
    public IDisposable Evaluate() => new ValueSwap(Parameters.Values, _evaluationValues());

    /// <summary>
    /// Makes the model's weights those that it was loaded with, wherever they are in the steps, for as long as the result lives: for hooks that change
    /// them, or draw what is drawn after the training. The network must be detached when it begins and when it ends.
    /// </summary>
    public IDisposable WholeWeights() => _frozen.Whole();

    internal void KeepEvaluationValues()
    {
        using var inference = no_grad();
        using var values = _evaluationValues();
        if (values is not null)
            Parameters.Values.copy_(values);
    }
}
