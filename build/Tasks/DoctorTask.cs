using System.Runtime.InteropServices;
using Cake.Frosting;
using Slipway.Build.Context;
using Slipway.Diffusion.Memory;
using Slipway.Engine.Execution;
using Slipway.Tagging;
using TorchSharp;

namespace Slipway.Build.Tasks;

/// <summary>Says what this machine has of what the work needs.</summary>
[TaskName("Doctor")]
[TaskDescription("Checks this machine: libtorch, CUDA, ONNX Runtime, the plan and its files.")]
public sealed class DoctorTask : SlipwayTask
{
    /// <inheritdoc/>
    protected override Task WorkAsync(BuildContext context)
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30);
        context.Progress.Line($"system   {RuntimeInformation.OSDescription}, {System.Environment.ProcessorCount} cores, {memory:F1} GiB memory");
        context.Progress.Line($".NET     {RuntimeInformation.FrameworkDescription}");
        context.Progress.Line($"libtorch {torch.__version__}: a sum of {torch.ones(2, 3).sum().item<float>():F0} where 6 is expected");
        var processor = ProcessorFacts.Read();
        context.Progress.Line($"CPU      {processor.Instructions} of {processor.Vendor}{(processor.HidesCaches ? "; it hides how large its caches are, as under some hypervisors: oneDNN would be wrong, and is left out, which takes longer and more memory than is announced" : "")}");
        context.Progress.Line(torch.cuda.is_available()
            ? $"CUDA     {torch.cuda.device_count()} device(s)"
            : "CUDA     none that libtorch can use: plans with `device: cpu` only");
        foreach (var card in CudaCards.List())
            context.Progress.Line($"card     {card.Name}, {card.Memory} MiB, compute capability {card.ComputeCapability}, driver {card.Driver}{(card.HasBFloat16 ? "" : "; without bfloat16: take `mixed_precision: fp16`")}");
        context.Progress.Line($"ONNX     ONNX Runtime {Onnx.Version}, on {string.Join(", ", Onnx.Providers)}");
        context.Progress.Line($"plan     {context.PlanFile}: versions {string.Join(", ", context.Pipeline.Versions)}; no problem found");
        return Task.CompletedTask;
    }
}
