using System.Globalization;
using Slipway.Diffusion.Checkpoints;
using Slipway.Engine.Jobs;
using Slipway.Pipeline.Commands.Sampling;
using Slipway.Pipeline.Drawing;
using Slipway.Training.LoraFiles;
using static TorchSharp.torch;

namespace Slipway.Pipeline.Commands.LoraFiles;

/// <summary>Merges, extracts and resizes LoRA files outside the plan. Nothing of it is cached.</summary>
public static class LoraFileRun
{
    /// <summary>Several LoRAs made one, or merged into a model.</summary>
    /// <param name="folder">Where the user stands: paths are relative to it.</param>
    /// <param name="workspace">The plan's folder: LoRAs that are called by their names are looked for there.</param>
    /// <param name="artifacts">Folder of the plan's outputs, relative to the workspace.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="progress">Hears of every layer, and what is lost.</param>
    /// <param name="cancel">Honoured between layers.</param>
    /// <exception cref="ArgumentException">Something asked for cannot be.</exception>
    /// <exception cref="FileNotFoundException">There is no such model or LoRA.</exception>
    /// <exception cref="InvalidDataException">A file cannot be read, or they do not fit each other.</exception>
    public static void Merge(string folder, string workspace, string artifacts, MergeRequest request, IProgressSink progress, CancellationToken cancel)
    {
        var folders = new LoraFolders(folder, workspace, artifacts, Path.GetFullPath(request.Model ?? ".", folder));
        var loras = request.Loras.Select(text => folders.FindOption(LoraTag.ReadOption(text))).ToList();
        if (request.Model is { } model)
        {
            var path = ModelPath(folder, model, "model");
            if (File.Exists(path) && !request.Out.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
                throw new ArgumentException($"--out is '{request.Out}'; the model is a single file, so expected the name of a .safetensors file.");
            var merged = OutFile.Prepare(folder, request.Out, [path, .. loras.Select(lora => lora.Path)]);
            var report = CheckpointMerge.Write(path, [.. loras.Select(lora => (lora.Path, lora.Tag.Strengths))], merged, request.Precision, Report("Merge", progress), progress.Warn, cancel);
            progress.Line(string.Create(CultureInfo.InvariantCulture, $"{request.Out}: {report.Layers} tensors changed; rounded to the file's precision, the changes have a {report.Error}"));
            return;
        }

        using var weights = request.Base is { } trainedOn ? ModelWeights.Open(ModelPath(folder, trainedOn, "base")) : null;
        var files = new List<LoraLayers>();
        try
        {
            foreach (var lora in loras)
                files.Add(Open(lora, weights, progress));
            var path = OutFile.Prepare(folder, request.Out, loras.Select(lora => lora.Path));
            Tell(progress, request.Out, LoraSum.Write(files, request.Ranks, path, request.Precision ?? ScalarType.Float32, Report("Merge", progress), cancel: cancel));
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }
    }

    /// <summary>A LoRA brought to another rank.</summary>
    /// <inheritdoc cref="Merge"/>
    public static void Resize(string folder, string workspace, string artifacts, ResizeRequest request, IProgressSink progress, CancellationToken cancel)
    {
        var lora = new LoraFolders(folder, workspace, artifacts, folder).FindOption(new LoraTag(request.Lora, 1));
        using var weights = request.Base is { } trainedOn ? ModelWeights.Open(ModelPath(folder, trainedOn, "base")) : null;
        using var file = Open(lora, weights, progress);
        var path = OutFile.Prepare(folder, request.Out, lora.Path);
        Tell(progress, request.Out, LoraSum.Write([file], request.Ranks, path, request.Precision ?? file.SavePrecision, Report("Resize", progress), cancel: cancel));
    }

    /// <summary>The difference of two models as a LoRA.</summary>
    /// <param name="folder">Where the user stands: paths are relative to it.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="progress">Hears of every layer, and what is lost.</param>
    /// <param name="cancel">Honoured between layers.</param>
    /// <exception cref="ArgumentException">Something asked for cannot be.</exception>
    /// <exception cref="FileNotFoundException">There is no such model.</exception>
    /// <exception cref="InvalidDataException">A file cannot be read, or they do not fit each other.</exception>
    public static void Extract(string folder, ExtractRequest request, IProgressSink progress, CancellationToken cancel)
    {
        var (original, tuned) = (ModelPath(folder, request.Base, "base"), ModelPath(folder, request.Tuned, "tuned"));
        var path = OutFile.Prepare(folder, request.Out, original, tuned);
        Tell(progress, request.Out, ModelDifference.Write(original, tuned, request.Ranks, path, request.Precision ?? ScalarType.Float32, Report("Extract", progress), cancel));
    }

    private static LoraLayers Open(LoraUse lora, ModelWeights? weights, IProgressSink progress)
    {
        var file = LoraLayers.Open(lora.Path, lora.Tag.Strengths, model: weights);
        foreach (var remark in file.Remarks)
            progress.Warn(remark);
        return file;
    }

    private static string ModelPath(string folder, string path, string option)
    {
        var full = Path.GetFullPath(path, folder);
        return File.Exists(full) || Directory.Exists(full)
            ? full
            : throw new FileNotFoundException($"The model '{path}' (--{option}) does not exist; expected a safetensors file, or a folder in diffusers' layout.");
    }

    private static Action<int, int> Report(string stage, IProgressSink progress) => (done, all) => progress.Report(stage, done, all, null);

    private static void Tell(IProgressSink progress, string path, LoraFileReport report)
    {
        var ranks = report.SmallestRank == report.LargestRank ? $"rank {report.LargestRank}" : $"ranks {report.SmallestRank} to {report.LargestRank}";
        progress.Line(string.Create(CultureInfo.InvariantCulture, $"{path}: {report.Layers} layers, {ranks}; {report.Error}"));
    }
}
