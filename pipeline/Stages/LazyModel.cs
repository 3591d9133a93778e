using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Model;
using Slipway.Engine.Execution;
using TorchSharp;

namespace Slipway.Pipeline.Stages;

/// <summary>
/// The base model, loaded when the first stage that must run asks for it, and libtorch with it: a run that finds
/// everything in the cache loads neither.
/// </summary>
/// <param name="path">A folder in diffusers' layout, or a checkpoint in a single file.</param>
/// <param name="companions">The folder with a single file's tokenizers; null: beside the file.</param>
/// <param name="device"><c>cpu</c> or <c>cuda</c>.</param>
/// <param name="precision"><c>no</c>, <c>fp16</c> or <c>bf16</c>.</param>
/// <param name="threads">Threads of the CPU; 0: as many as there are.</param>
/// <param name="say">Told what is assumed of the model, a line each.</param>
internal sealed class LazyModel(string path, string? companions, string device, string precision, int threads, Action<string>? say = null) : IDisposable
{
    private SdxlModel? _model;

    /// <exception cref="InvalidOperationException">The device asked for is not there.</exception>
    public SdxlModel Value => _model ??= Load();

    /// <summary>Whether its weights are in memory already.</summary>
    public bool IsLoaded => _model is not null;

    /// <summary>The model without its weights; the caller's to dispose.</summary>
    public SdxlModel Outline() => SdxlCheckpoint.Outline(path, torch.CPU, Precision, companions);

    public void Dispose() => _model?.Dispose();

    private torch.ScalarType Precision => precision switch
    {
        "bf16" => torch.ScalarType.BFloat16,
        "fp16" => torch.ScalarType.Float16,
        _ => torch.ScalarType.Float32,
    };

    private SdxlModel Load()
    {
        // Also where the plan leaves the number to the machine: the key holds what was found here, not what libtorch would find.
        torch.set_num_threads(ProcessorFacts.Read().Threads(threads));
        RequireDevice(device);
        var model = SdxlCheckpoint.Load(path, torch.device(device), Precision, companions);
        foreach (var assumption in model.Assumptions)
            say?.Invoke(assumption);
        return model;
    }

    /// <exception cref="ArgumentException">The device asked for is not there.</exception>
    public static void RequireDevice(string device)
    {
        if (device == "cuda" && !torch.cuda_is_available())
        {
            throw new ArgumentException(
                "`device` is cuda, but libtorch finds no usable CUDA device: build with -p:TorchBackend=cuda on a machine with an NVIDIA card, or use --device=cpu.");
        }
    }
}
