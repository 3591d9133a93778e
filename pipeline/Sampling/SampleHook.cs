using System.Globalization;
using Slipway.Diffusion.Sampling;
using Slipway.Pipeline.Plans.Versions;
using Slipway.Pipeline.Stages;
using Slipway.Training.Hooks;
using TorchSharp;

namespace Slipway.Pipeline.Sampling;

/// <summary>
/// Draws pictures between the steps of a training: every evaluation prompt with the first evaluation seed, by the code and
/// the settings of the evaluation, so that those of the last step are its. Before the first step it draws those of
/// strength 0.
/// </summary>
/// <param name="context">The plan.</param>
/// <param name="version">Name of the version, for progress.</param>
/// <param name="interval">When.</param>
/// <param name="folder">Takes the pictures; outlives a kill, as the checkpoints do, so that none is lost.</param>
/// <param name="cancel">Looked at before every step of the sampler.</param>
internal sealed class SampleHook(StageContext context, string version, SampleInterval interval, string folder, CancellationToken cancel) : ITrainingHook
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
        if (moment.Step == moment.Steps || (interval.Steps is { } steps ? moment.Step % steps == 0 : moment.FinishedEpoch % interval.Epochs == 0))
            Draw(moment);
    }

    /// <summary>The pictures of a step, in the order of the prompts; none where none were drawn.</summary>
    public IEnumerable<string> PicturesOf(int step) => Paths(step).Where(File.Exists);

    /// <summary>Copies all pictures.</summary>
    public void CopyTo(string target)
    {
        Directory.CreateDirectory(target);
        foreach (var path in Directory.GetFiles(folder, "*.png"))
            File.Copy(path, Path.Combine(target, Path.GetFileName(path)));
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, torch.Tensor> State() => new Dictionary<string, torch.Tensor>();

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, torch.Tensor> state)
    {
    }

    private string[] Paths(int step) =>
    [
        .. context.Plan.Evaluation.Prompts.Select(prompt => Path.Combine(folder, string.Create(
            CultureInfo.InvariantCulture, $"{step:D6}_{prompt.FileName}_{context.Plan.Evaluation.Seeds[0]}.png"))),
    ];

    // As the evaluation does it the LoRA is in the weights, which are put back to the bit.
    private void Draw(TrainingMoment moment)
    {
        var (plan, side) = (context.Plan.Evaluation, context.Plan.Resolution);
        var requests = plan.Prompts.Select(prompt => new SamplingRequest(prompt.Prompt, plan.Sampling.NegativePrompt, plan.Seeds[0], side, side)).ToArray();
        Directory.CreateDirectory(folder);
        using var values = moment.Evaluate();
        moment.Network.Detach();
        using (Merged(moment))
        {
            new PictureSeries(moment.Model, context.Identity, loras: []).Draw(
                requests,
                plan.Sampling.Options(plan.Sampling.BatchSize),
                Paths(moment.Step),
                step => context.Progress.Report($"Train {version}", moment.Step, moment.Steps, $"sample {step.Finished} of {requests.Length}"),
                cancel);
        }

        moment.Network.Attach();
    }

    private IDisposable Merged(TrainingMoment moment)
    {
        moment.Network.Multiplier = context.Plan.Evaluation.Multiplier;
        var merged = moment.Network.Merge();
        moment.Network.Multiplier = 1;
        return merged;
    }
}
