using System.Globalization;
using System.Text.Json.Nodes;
using Slipway.Engine.Execution;
using Slipway.Engine.Files;
using Slipway.Pipeline.Commands.Snapshots;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Sections;
using Slipway.Pipeline.Reports;

namespace Slipway.Pipeline.Commands.Publishing;

/// <summary><c>--target=Publish</c>: a folder that can be put onto the Hugging Face Hub as it is: a LoRA with its preview, pictures, a grid, and a model card.</summary>
/// <param name="plan">The plan, as it is written.</param>
/// <param name="results">What a run of it left.</param>
/// <param name="modelName">What the base model is called.</param>
/// <param name="file">An output by its path in the folder of all outputs; null where it was not made.</param>
internal sealed class PublishRun(Plan plan, SnapshotResults results, string modelName, Func<string, OutputFile?> file)
{
    private static readonly string[] Measures = ["background_recall", "mascot_presence", "mascot_similarity", "leakage", "drift", "flat_background", "diversity"];

    private readonly EvaluationDocument _evaluation = EvaluationDocument.Parse(results.Evaluation, "evaluation.json");

    /// <summary>Writes the folder.</summary>
    /// <param name="version">The version or ensemble; null: the one that the report recommends, else the last.</param>
    /// <param name="folder">Full path of a folder that is not there yet.</param>
    /// <returns>What a person should know, a line each.</returns>
    public IReadOnlyList<string> Write(string? version, string folder)
    {
        // Whole, or not at all.
        var draft = Path.Combine(Path.GetDirectoryName(folder)!, $".{Guid.NewGuid():N}.tmp");
        try
        {
            var remarks = WriteInto(version, draft);
            Directory.Move(draft, folder);
            return remarks;
        }
        finally
        {
            if (Directory.Exists(draft))
                Directory.Delete(draft, recursive: true);
        }
    }

    private IReadOnlyList<string> WriteInto(string? version, string folder)
    {
        var best = Choice.Of(JsonNode.Parse(results.Evaluation), _evaluation.Names).Best;
        var name = version ?? best?.Version ?? plan.Versions[^1].Name;
        var spec = plan.Versions.FirstOrDefault(one => one.Name == name)?.Training.ModelSpec ?? new();
        var output = $"{plan.Name}_{name}";
        var lora = file($"lora/{output}.safetensors")!;
        Copy(lora.Path, Path.Combine(folder, $"{output}.safetensors"));
        foreach (var sidecar in new LoraSidecars(plan, _evaluation, file).Of(name))
            AtomicFile.Write(Path.Combine(folder, Path.GetFileName(sidecar.Path)), sidecar.Bytes());
        var grid = results.Pictures.FirstOrDefault(picture => picture.Name == $"grids/{name}");
        if (grid is not null)
            Copy(grid.Path, Path.Combine(folder, $"grid{Path.GetExtension(grid.Path)}"));
        var card = new ModelCard
        {
            Title = spec.MetadataTitle ?? output,
            File = output,
            TriggerWord = plan.TriggerWord,
            Strength = plan.Evaluation.Multiplier,
            Description = spec.MetadataDescription,
            Author = spec.MetadataAuthor,
            License = spec.MetadataLicense,
            Tags = [.. (spec.MetadataTags ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
            BaseModel = RepositoryOfModel(),
            BaseModelName = modelName,
            Grid = grid is null ? null : $"grid{Path.GetExtension(grid.Path)}",
            Pictures = [.. Pictures(name, folder)],
            Figures = [.. Measures.Select(measure => (measure, Figure(_evaluation.Names[0], measure), Figure(name, measure))).Where(figure => figure.Item3 is not null)],
            Sampling = [.. Sampling()],
            Training = [.. results.Settings.Where(setting => IsOf(setting.Key, name)).Select(setting => (setting.Key.Split('.', 3)[2], setting.Value))],
        };
        AtomicFile.Write(Path.Combine(folder, "README.md"), System.Text.Encoding.UTF8.GetBytes(card.ToString()));
        return [.. Remarks(name, best, spec.MetadataLicense, version is null)];
    }

    private IEnumerable<string> Remarks(string name, ChoicePoint? best, string? license, bool isChosen)
    {
        if (isChosen)
            yield return best?.Version == name ? $"{name}: the version that the report recommends." : $"{name}: the last version; the report recommends none.";
        if (best is { Step: { } step } && best.Version == name)
            yield return $"The report recommends what {name} saved at step {step}; what is published is its last state.";
        if (license is null)
            yield return $"The card names no licence, without which nobody may use it: give the version `metadata_license`, such as openrail++ (as SDXL), or write it into README.md.";
        if (RepositoryOfModel() is null)
            yield return "The card names no base model of the hub: the plan's is a file or folder of yours. Write `base_model` into README.md where it is there too.";
    }

    // The first seed of every prompt.
    private IEnumerable<CardPicture> Pictures(string version, string folder)
    {
        foreach (var prompt in plan.Evaluation.Prompts)
        {
            var sample = results.Pictures.FirstOrDefault(picture => picture.Version == version && picture.Kind == prompt.Kind && picture.Seed == plan.Evaluation.Seeds[0]);
            if (sample is null)
                continue;
            var path = $"images/{prompt.FileName}.png";
            Copy(sample.Path, Path.Combine(folder, path));
            yield return new CardPicture(path, prompt.Prompt);
        }
    }

    private IEnumerable<(string Name, string Value)> Sampling()
    {
        var sampling = plan.Evaluation.Sampling;
        yield return ("sampler", sampling.Sampler);
        yield return ("steps", sampling.Steps.ToString(CultureInfo.InvariantCulture));
        yield return ("guidance", sampling.Guidance.ToString(CultureInfo.InvariantCulture));
        yield return ("strength", plan.Evaluation.Multiplier.ToString(CultureInfo.InvariantCulture));
        yield return ("seeds", string.Join(", ", plan.Evaluation.Seeds));
        yield return ("size", $"{plan.Resolution}×{plan.Resolution}");
        if (sampling.NegativePrompt.Length > 0)
            yield return ("negative prompt", sampling.NegativePrompt);
    }

    private string? RepositoryOfModel() => HubPlan.NameIn(plan.BaseModel) is { } name ? plan.Hub.First(entry => entry.Name == name).Repository : null;

    private double? Figure(string version, string measure) => _evaluation.Of(version).GetValueOrDefault(measure);

    private static bool IsOf(string setting, string version) => setting.Split('.', 3) is ["versions" or "ensembles", var name, var option] && name == version && option != "dataset" && !option.StartsWith("metadata_", StringComparison.Ordinal);

    private static void Copy(string source, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Copy(source, target);
    }
}
