using System.Globalization;
using System.Text.Json.Nodes;
using Slipway.Engine.Execution;
using Slipway.Engine.Files;
using Slipway.Pipeline.Commands.Snapshots;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Sections;
using Slipway.Pipeline.Reports;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Commands.Publishing;

/// <summary><c>--target=Publish</c>: a folder that can be put onto the Hugging Face Hub as it is: a LoRA with its preview, pictures, a grid, and a model card.</summary>
/// <param name="plan">The plan, as it is written.</param>
/// <param name="results">What a run of it left.</param>
/// <param name="modelName">What the base model is called.</param>
/// <param name="file">An output by its path in the folder of all outputs; null where it was not made.</param>
/// <param name="saves">The files of its versions.</param>
internal sealed class PublishRun(Plan plan, SnapshotResults results, string modelName, Func<string, OutputFile?> file, PublishedLoras saves)
{
    private static readonly string[] Measures = ["background_recall", "mascot_presence", "mascot_similarity", "leakage", "drift", "flat_background", "diversity"];

    private readonly EvaluationDocument _evaluation = EvaluationDocument.Parse(results.Evaluation, "evaluation.json");

    /// <summary>Writes the folder.</summary>
    /// <param name="version">The version or ensemble, whose last state it is; null: what the report recommends, a step on the way too, else the last version.</param>
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
        var lora = version is null && best is { Step: { } step } && saves.Of(best.Version, step) is { } saved ? saved : saves.End(version ?? best?.Version ?? plan.Versions[^1].Name);
        Copy(lora.Path, Path.Combine(folder, $"{lora.File}.safetensors"));
        foreach (var sidecar in new LoraSidecars(plan, _evaluation, file).Of(lora))
            AtomicFile.Write(Path.Combine(folder, Path.GetFileName(sidecar.Path)), sidecar.Bytes());
        // The grid shows the last state.
        var grid = lora.Step is null ? results.Pictures.FirstOrDefault(picture => picture.Name == $"grids/{lora.Version}") : null;
        if (grid is not null)
            Copy(grid.Path, Path.Combine(folder, $"grid{Path.GetExtension(grid.Path)}"));
        var card = Card(lora) with
        {
            Grid = grid is null ? null : $"grid{Path.GetExtension(grid.Path)}",
            Pictures = [.. Pictures(lora, folder)],
        };
        AtomicFile.Write(Path.Combine(folder, "README.md"), System.Text.Encoding.UTF8.GetBytes(card.ToString()));
        return [.. Remarks(lora, best, card.License, version is null)];
    }

    private ModelCard Card(PublishedLora lora)
    {
        var spec = SpecOf(lora.Version);
        return new ModelCard
        {
            Title = spec.MetadataTitle ?? lora.File,
            File = lora.File,
            TriggerWord = plan.TriggerWord,
            Strength = plan.Evaluation.Multiplier,
            Description = spec.MetadataDescription,
            Author = spec.MetadataAuthor,
            License = spec.MetadataLicense,
            Tags = [.. (spec.MetadataTags ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
            BaseModel = RepositoryOfModel(),
            BaseModelName = modelName,
            Figures = [.. Measures.Select(measure => (measure, _evaluation.Of(_evaluation.Names[0]).GetValueOrDefault(measure), _evaluation.Of(lora.Version, lora.Step).GetValueOrDefault(measure))).Where(figure => figure.Item3 is not null)],
            Sampling = [.. Sampling(lora)],
            Training =
            [
                .. results.Settings.Where(setting => IsOf(setting.Key, lora.Version)).Select(setting => (setting.Key.Split('.', 3)[2], setting.Value)),
                .. lora.Step is { } step ? [("saved at step", step.ToString(CultureInfo.InvariantCulture))] : Array.Empty<(string, string)>(),
            ],
        };
    }

    private ModelSpecOptions SpecOf(string name) => plan.Versions.FirstOrDefault(one => one.Name == name)?.Training.ModelSpec ?? plan.Ensembles.FirstOrDefault(one => one.Name == name)?.ModelSpec ?? new();

    private IEnumerable<string> Remarks(PublishedLora lora, ChoicePoint? best, string? license, bool isChosen)
    {
        if (lora.Step is { } step)
            yield return $"{lora.Version}: what it saved at step {step}, which the report recommends; its figures are of the first seed alone.";
        else if (isChosen)
            yield return best?.Version == lora.Version ? $"{lora.Version}: the version that the report recommends." : $"{lora.Version}: the last version; the report recommends none.";
        else if (best is { Step: { } saved } && best.Version == lora.Version)
            yield return $"The report recommends what {lora.Version} saved at step {saved}; what is published is its last state. Without --version it would be that.";
        if (license is null)
            yield return $"The card names no licence, without which nobody may use it: give the version `metadata_license`, such as openrail++ (as SDXL), or write it into README.md.";
        if (RepositoryOfModel() is null)
            yield return "The card names no base model of the hub: the plan's is a file or folder of yours. Write `base_model` into README.md where it is there too.";
    }

    // The first seed of every prompt.
    private IEnumerable<CardPicture> Pictures(PublishedLora lora, string folder)
    {
        foreach (var prompt in plan.Evaluation.Prompts)
        {
            if (file($"{lora.Pictures}/{prompt.FileName}_{plan.Evaluation.Seeds[0]}.png") is not { } sample)
                continue;
            var path = $"images/{prompt.FileName}.png";
            Copy(sample.Path, Path.Combine(folder, path));
            yield return new CardPicture(path, prompt.Prompt);
        }
    }

    private IEnumerable<(string Name, string Value)> Sampling(PublishedLora lora)
    {
        var sampling = plan.Evaluation.Sampling;
        yield return ("sampler", sampling.Sampler);
        yield return ("steps", sampling.Steps.ToString(CultureInfo.InvariantCulture));
        yield return ("guidance", sampling.Guidance.ToString(CultureInfo.InvariantCulture));
        yield return ("strength", plan.Evaluation.Multiplier.ToString(CultureInfo.InvariantCulture));
        yield return ("seeds", lora.Step is null ? string.Join(", ", plan.Evaluation.Seeds) : $"{plan.Evaluation.Seeds[0]}");
        yield return ("size", $"{plan.Resolution}×{plan.Resolution}");
        if (sampling.NegativePrompt.Length > 0)
            yield return ("negative prompt", sampling.NegativePrompt);
    }

    private string? RepositoryOfModel() => HubPlan.NameIn(plan.BaseModel) is { } name ? plan.Hub.First(entry => entry.Name == name).Repository : null;

    private static bool IsOf(string setting, string version) => setting.Split('.', 3) is ["versions" or "ensembles", var name, var option] && name == version && option != "dataset" && !option.StartsWith("metadata_", StringComparison.Ordinal);

    private static void Copy(string source, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        CopiedFile.Make(source, target);
    }
}
