using Slipway.Engine.Execution;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans;

namespace Slipway.Pipeline.Commands.Publishing;

/// <summary>A LoRA file to show to others: a version's or an ensemble's own, or what a version saved on its way.</summary>
/// <param name="Version">Name of the version or ensemble.</param>
/// <param name="Step">The optimizer step at which it was saved; null: at its end.</param>
/// <param name="File">Name of the file without extension.</param>
/// <param name="Path">Full path of the file.</param>
/// <param name="Pictures">Where its sample pictures lie in the folder of all outputs.</param>
internal sealed record PublishedLora(string Version, int? Step, string File, string Path, string Pictures);

/// <summary>The LoRA files that a run of a plan left.</summary>
/// <param name="plan">The plan.</param>
/// <param name="files">All outputs, by their paths in the folder of all outputs.</param>
internal sealed class PublishedLoras(Plan plan, IReadOnlyDictionary<string, OutputFile> files)
{
    /// <summary>A version's or an ensemble's own file.</summary>
    public PublishedLora End(string version)
    {
        var name = $"{plan.Name}_{version}";
        return new PublishedLora(version, null, name, files[$"lora/{name}.safetensors"].Path, $"samples/{version}");
    }

    /// <summary>What a version saved at a step; null where it saved nothing there.</summary>
    public PublishedLora? Of(string version, int step)
    {
        var folder = $"lora/{plan.Name}_{version}_saves/";
        var saved = files.Where(file => file.Key.StartsWith(folder, StringComparison.Ordinal)).Select(file => file.Value).FirstOrDefault(file => StepSamples.StepOf(file.Path) == step);
        if (saved is null)
            return null;
        var name = System.IO.Path.GetFileNameWithoutExtension(saved.RelativePath);
        return new PublishedLora(version, step, name, saved.Path, $"steps/{name[(plan.Name.Length + 1)..]}");
    }
}
