using System.Globalization;
using System.Text.Json;
using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Pipeline.Commands.Snapshots;
using Slipway.Pipeline.Plans;

namespace Slipway.Pipeline.Commands.Publishing;

/// <summary>A file beside a LoRA, of which web UIs show it by.</summary>
/// <param name="Path">Relative to the workspace.</param>
/// <param name="Hash">Hash of its content.</param>
/// <param name="Bytes">Its content.</param>
internal sealed record Sidecar(string Path, ContentHash Hash, Func<byte[]> Bytes);

/// <summary>
/// What web UIs look for beside <c>NAME.safetensors</c>: <c>NAME.png</c>, shown as its preview, and <c>NAME.json</c>, what AUTOMATIC1111 keeps of what a user says of a LoRA
/// (extensions-builtin/Lora/ui_edit_user_metadata.py): a click on the LoRA then puts the trigger word and the strength into the prompt.
/// </summary>
/// <param name="plan">The plan.</param>
/// <param name="evaluation">What was measured.</param>
/// <param name="file">An output by its path in the folder of all outputs; null where it was not made.</param>
internal sealed class LoraSidecars(Plan plan, EvaluationDocument evaluation, Func<string, OutputFile?> file)
{
    /// <summary>Of all versions and ensembles that were measured.</summary>
    public IEnumerable<Sidecar> All() => plan.Versions.Select(version => version.Name).Concat(plan.Ensembles.Select(ensemble => ensemble.Name)).Where(evaluation.Names.Contains).SelectMany(Of);

    /// <summary>Of one.</summary>
    /// <param name="version">Its name.</param>
    public IEnumerable<Sidecar> Of(string version) => Of(version, null, $"{plan.Name}_{version}", Best(version)?.File);

    /// <summary>Of a file, of a step on the way too: that has a picture of each prompt, of which the first is as good as any.</summary>
    public IEnumerable<Sidecar> Of(PublishedLora lora) =>
        Of(lora.Version, lora.Step, lora.File, lora.Step is null ? Best(lora.Version)?.File : $"{lora.Pictures}/{plan.Evaluation.Prompts[0].FileName}_{plan.Evaluation.Seeds[0]}.png");

    private IEnumerable<Sidecar> Of(string version, int? step, string name, string? shown)
    {
        var path = $"{plan.ArtifactsFolder}/lora/{name}";
        if (shown is not null && file(shown) is { } picture)
            yield return new Sidecar($"{path}.png", picture.Hash, () => File.ReadAllBytes(picture.Path));
        var text = UserMetadata(version, step);
        yield return new Sidecar($"{path}.json", ContentHash.Of(text), () => text);
    }

    /// <summary>The picture that shows it best: the mascot and the background are there, and the mascot looks most like itself; of equal ones the first. Null where none was drawn.</summary>
    /// <param name="version">Name of a version.</param>
    public SampleFigures? Best(string version) => evaluation.Samples.Where(sample => sample.Version == version)
        .OrderByDescending(sample => Figure(sample, "mascot_presence") + Figure(sample, "background_recall")).ThenByDescending(sample => Figure(sample, "mascot_similarity")).FirstOrDefault();

    private static double Figure(SampleFigures sample, string measure) => sample.Figures.FirstOrDefault(figure => figure.Measure == measure).Value ?? 0;

    private byte[] UserMetadata(string version, int? step) =>
    [
        .. JsonSerializer.SerializeToUtf8Bytes(
            new LoraUserMetadata(
                plan.Versions.FirstOrDefault(one => one.Name == version)?.Training.ModelSpec.MetadataDescription ?? plan.Ensembles.FirstOrDefault(one => one.Name == version)?.ModelSpec.MetadataDescription ?? "",
                "SDXL",
                plan.TriggerWord,
                plan.Evaluation.Multiplier,
                plan.Evaluation.Sampling.NegativePrompt,
                Notes(version, step)),
            LoraUserMetadataJson.Readable.LoraUserMetadata),
        (byte)'\n',
    ];

    private string Notes(string version, int? step)
    {
        var (sampling, figures) = (plan.Evaluation.Sampling, evaluation.Of(version, step));
        string[] measures = ["background_recall", "mascot_presence", "mascot_similarity", "drift"];
        var told = measures.Select(name => (Name: name, Value: figures.GetValueOrDefault(name))).Where(figure => figure.Value is not null)
            .Select(figure => string.Create(CultureInfo.InvariantCulture, $"{figure.Name} {figure.Value:F2}"));
        return string.Create(CultureInfo.InvariantCulture, $"Version {version} of {plan.Name}{(step is null ? "" : $", saved at step {step}")}. Measured ({sampling.Sampler}, {sampling.Steps} steps, guidance {sampling.Guidance}, strength {plan.Evaluation.Multiplier}): {string.Join(", ", told)}.");
    }
}
