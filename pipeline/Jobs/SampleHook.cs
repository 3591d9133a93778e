using System.Globalization;
using Slipway.Diffusion.Sampling;
using Slipway.Engine.Jobs;
using Slipway.Pipeline.Drawing;
using Slipway.Pipeline.Plans.Versions;
using Slipway.Training.Hooks;
using TorchSharp;

namespace Slipway.Pipeline.Jobs;

/// <summary>
/// Draws pictures between the steps of a training: every evaluation prompt with the first evaluation seed, by the code and
/// the settings of the evaluation, so that those of the last step are its. Before the first step it draws those of
/// strength 0.
/// </summary>
/// <param name="interval">When.</param>
/// <param name="samples">What.</param>
/// <param name="identity">What the pictures say of the model.</param>
/// <param name="version">What they say of Slipway.</param>
/// <param name="folder">Takes the pictures.</param>
/// <param name="io">Told how far it is.</param>
internal sealed class SampleHook(SampleInterval interval, SampleSettings samples, ModelIdentity identity, string version, GrowingFolder folder, JobIo io) : ITrainingHook
{
    /// <inheritdoc/>
    public string Name => "samples";

    /// <inheritdoc/>
    public void Begin(TrainingMoment moment)
    {
        if (moment.Step == 0)
            Draw(moment);
    }

    /// <inheritdoc/>
    public void AfterStep(TrainingMoment moment)
    {
        if (moment.Step == moment.Steps || (interval.SampleEveryNSteps is { } steps ? moment.Step % steps == 0 : moment.FinishedEpoch % interval.SampleEveryNEpochs == 0))
            Draw(moment);
    }

    /// <summary>The pictures of a step, in the order of the prompts; none where none were drawn.</summary>
    public IEnumerable<string> PicturesOf(int step) => Names(step).Where(folder.Has).Select(folder.PathOf);

    /// <summary>Brings all pictures to where the job's outputs are.</summary>
    public void Finish() => folder.Finish();

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, torch.Tensor> State() => new Dictionary<string, torch.Tensor>();

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, torch.Tensor> state)
    {
    }

    private IEnumerable<string> Names(int step) =>
        samples.Prompts.Select(prompt => string.Create(CultureInfo.InvariantCulture, $"{step:D6}_{prompt.FileName}_{samples.Seeds[0]}.png"));

    // As the evaluation does it the LoRA is in the weights, which are put back to the bit.
    private void Draw(TrainingMoment moment)
    {
        var requests = (samples with { Seeds = [samples.Seeds[0]] }).Requests();
        using var values = moment.Evaluate();
        moment.Network.Detach();
        moment.Model.RequireTextEncoders();
        moment.Network.Multiplier = samples.Multiplier;
        using (moment.WholeWeights())
            Draw(moment, requests);
        moment.Network.Multiplier = 1;
        moment.Network.Attach();
    }

    private void Draw(TrainingMoment moment, IReadOnlyList<SamplingRequest> requests)
    {
        moment.Bases.Add(moment.Network);
        try
        {
            new PictureSeries(moment.Model, identity, loras: [], version).Draw(
                requests,
                samples.Sampling.Options(samples.Sampling.BatchSize),
                [.. Names(moment.Step).Select(folder.PathOf)],
                step => io.Report(moment.Step, moment.Steps, $"sample {step.Finished} of {requests.Count}"),
                io.Cancellation);
        }
        finally
        {
            moment.Bases.RemoveLast();
        }
    }
}
