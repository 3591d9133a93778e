using Slipway.Diffusion.Checkpoints;
using Slipway.Engine.Files;
using Slipway.Training.Networks;
using static TorchSharp.torch;

namespace Slipway.Training.LoraFiles;

/// <summary>
/// LoRAs added into a checkpoint's weights, W + Σ strength · ΔW, tensor by tensor: the memory needed is that of a few of the
/// largest. All kinds that are read are merged: LoRA, LoCon, LoHa, LoKr and DoRA. The result has the layout of the model that it came from; tensors that no LoRA changes are copied.
/// </summary>
public static class CheckpointMerge
{
    /// <summary>Writes the merged checkpoint.</summary>
    /// <param name="model">A safetensors file, or a folder in diffusers' layout.</param>
    /// <param name="loras">Files and their strengths, in any spelling that LoRAs are read in.</param>
    /// <param name="path">A file where the model is one, else a folder, which must not be there yet. Complete, or not there at all.</param>
    /// <param name="precision">Of all floating-point tensors in the files written; null: each as it was.</param>
    /// <param name="progress">Hears how many tensors are done, of how many.</param>
    /// <param name="warn">Told what is left out of a LoRA, a line each.</param>
    /// <param name="cancel">Honoured between tensors.</param>
    /// <exception cref="ArgumentException">The folder is there.</exception>
    /// <exception cref="InvalidDataException">The model is no SDXL model, or a LoRA is not of it.</exception>
    public static LoraFileReport Write(
        string model, IReadOnlyList<(string Path, LoraStrength Strength)> loras, string path, ScalarType? precision, Action<int, int>? progress = null, Action<string>? warn = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(loras);
        using var weights = ModelWeights.Open(model);
        var targets = LoraTargets.All(weights.TextEncoder1, weights.TextEncoder2, weights.UNet);
        var files = new List<(LoraReader File, LoraStrength Strength)>();
        try
        {
            foreach (var lora in loras)
                files.Add((LoraReader.Open(lora.Path, targets), lora.Strength));
            foreach (var remark in files.SelectMany(lora => lora.File.Remarks))
                warn?.Invoke(remark);
            var merge = new MergedTensors(weights, targets, files, precision, progress, cancel);
            if (File.Exists(model))
                merge.Write(weights.Sources.Single().Source, path);
            else
                WriteFolder(model, weights, merge, path);
            return merge.Report();
        }
        finally
        {
            files.ForEach(lora => lora.File.Dispose());
        }
    }

    private static void WriteFolder(string model, ModelWeights weights, MergedTensors merge, string path)
    {
        if (Path.Exists(path))
            throw new ArgumentException($"'{path}' is there already; name a folder that is not.");
        var draft = $"{Path.TrimEndingDirectorySeparator(path)}.{Guid.NewGuid():N}.tmp";
        try
        {
            foreach (var (part, source) in weights.Sources)
            {
                Directory.CreateDirectory(Path.Combine(draft, part));
                merge.Write(source, Path.Combine(draft, part, part == "unet" ? "diffusion_pytorch_model.safetensors" : "model.safetensors"));
            }
            CopyOthers(model, draft);
            Directory.Move(draft, path);
        }
        catch
        {
            if (Directory.Exists(draft))
                Directory.Delete(draft, recursive: true);
            throw;
        }
    }

    /// <summary>Configurations, vocabularies and the autoencoder, as they are.</summary>
    private static void CopyOthers(string model, string draft)
    {
        var texts = Directory.EnumerateFiles(model, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".json" or ".txt" && !file.Contains(".index.", StringComparison.Ordinal));
        var autoencoder = SdxlCheckpoint.Files(model).Where(file => file.Role.StartsWith("vae/", StringComparison.Ordinal)).Select(file => file.Path);
        foreach (var file in texts.Union(autoencoder, StringComparer.Ordinal))
        {
            var target = Path.Combine(draft, Path.GetRelativePath(model, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            CopiedFile.Make(file, target, overwrite: true);
        }
    }
}
