using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Devices;
using Slipway.Diffusion.Memory;
using Slipway.Diffusion.Model;
using Slipway.Diffusion.Text;
using TorchSharp;

namespace Slipway.Pipeline.Drawing;

/// <summary>Loads models, and libtorch with them: nothing else of the pipeline does before something has to run.</summary>
internal static class ModelLoader
{
    /// <summary>The model with its weights, on its device.</summary>
    /// <param name="path">Full path of a folder in diffusers' layout, or of a checkpoint in a single file.</param>
    /// <param name="companions">Full path of the folder with a single file's tokenizers; null: beside the file.</param>
    /// <param name="device"><c>cpu</c> or <c>cuda</c>.</param>
    /// <param name="precision"><c>no</c>, <c>fp16</c> or <c>bf16</c>.</param>
    /// <param name="threads">Threads of the CPU that are used: also where the plan leaves the number to the machine, the key holds what was found, not what libtorch would find.</param>
    /// <param name="overrides">What holds instead of what the model's files say; null: nothing.</param>
    /// <param name="say">Told what is assumed of the model, a line each.</param>
    /// <param name="deterministic">Whether a card computes by algorithms alone that give the same bits each time.</param>
    /// <exception cref="ArgumentException">The device asked for is not there.</exception>
    public static SdxlModel Load(string path, string? companions, string device, string precision, int threads, ModelOverrides? overrides, Action<string> say, bool deterministic = true)
    {
        UseThreads(threads);
        RequireDevice(device);
        if (device == "cuda")
        {
            DeterministicAlgorithms.Use(deterministic);
            TensorFloat32.Use();
        }

        var model = SdxlCheckpoint.Load(path, torch.device(device), TypeOf(precision), companions, overrides);
        if (device == "cuda")
            model.FreeBesideWeights = DeviceMemory.Free(cuda: true) ?? 0;
        foreach (var assumption in model.Assumptions)
            say(assumption);
        return model;
    }

    /// <summary>What a thread does before it computes anything: says how many threads of the CPU are used, and sees that libtorch is set up.</summary>
    public static void UseThreads(int threads)
    {
        torch.set_num_threads(threads);
        FirstUse.Require();
    }

    /// <summary>The model without its weights; the caller's to dispose.</summary>
    /// <inheritdoc cref="Load"/>
    public static SdxlModel Outline(string path, string? companions, string precision, ModelOverrides? overrides = null) => SdxlCheckpoint.Outline(path, torch.CPU, TypeOf(precision), companions, overrides);

    /// <summary>The tokenizer of the model's captions, without libtorch: both text encoders of SDXL have one vocabulary.</summary>
    /// <inheritdoc cref="Load"/>
    public static ClipTokenizer Tokenizer(string path, string? companions) => SdxlCheckpoint.Tokenizer(path, companions);

    /// <exception cref="ArgumentException">The device asked for is not there.</exception>
    public static void RequireDevice(string device)
    {
        if (device == "cuda" && !torch.cuda_is_available())
        {
            throw new ArgumentException(
                "`device` is cuda, but libtorch finds no usable CUDA device: start with `TorchBackend=cuda ./build.sh` on a machine with an NVIDIA card, or use --device=cpu; --target=Doctor says what is here.");
        }
    }

    private static torch.ScalarType TypeOf(string precision) => precision switch
    {
        "bf16" => torch.ScalarType.BFloat16,
        "fp16" => torch.ScalarType.Float16,
        _ => torch.ScalarType.Float32,
    };
}
