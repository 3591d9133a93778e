using System.Globalization;
using Slipway.Diffusion.Text;
using Slipway.Diffusion.UNets;
using Slipway.Engine.Execution;
using Slipway.Training.Memory;
using Slipway.Training.Options;
using static TorchSharp.torch;

namespace Slipway.Build.Benches;

/// <summary>
/// What each way to need less memory takes off a training step, of SDXL with random weights on the CPU: by <see cref="MemoryEstimate"/>, and by the kernel's measure
/// of a process that takes the step with it, and of one that takes it without.
/// </summary>
/// <param name="sizes">Of the model.</param>
/// <param name="precision">Of the model.</param>
/// <param name="within">How far what is measured of a switch may be from its estimate, as a share of it.</param>
/// <param name="say">Takes the figures, a line each.</param>
internal sealed class MemoryBench(BenchSizes sizes, ScalarType precision, double within, Action<string> say)
{
    /// <summary>What <c>--scenario</c> calls it.</summary>
    public const string Name = "memory";

    private const string Checkpoint = "random.safetensors";
    private const int Seed = 1;
    private const double MiB = 1 << 20;
    private const double Allowed = 0.1;

    /// <summary>SDXL's layers at a fifth of their width, text encoders to go with them, and a picture of half the sides: for a processor that has no instructions for bf16.</summary>
    private static readonly BenchSizes Narrow = FullSizeBench.Sdxl with
    {
        UNet = new UNetConfiguration { BlockOutChannels = [64, 128, 256], AttentionHeads = [1, 2, 4], CrossAttentionDim = 768, ProjectionClassEmbeddingsInputDim = 512 + (6 * 256) },
        TextEncoder1 = new ClipTextConfiguration { HiddenSize = 256, IntermediateSize = 1024, NumAttentionHeads = 4 },
        TextEncoder2 = ClipTextConfiguration.BigG with { HiddenSize = 512, IntermediateSize = 2048, NumHiddenLayers = 12, NumAttentionHeads = 8, ProjectionDim = 512 },
        Side = 512,
    };

    /// <summary>At full size in bf16 where the processor has instructions for it; else, in f32, at a fifth of its width.</summary>
    /// <param name="say">Takes the figures, and at which size they are.</param>
    public static MemoryBench ForThisMachine(Action<string> say)
    {
        var instructions = ProcessorFacts.Read().Instructions;
        var hasBFloat16 = instructions is "AMX" or "AVX-512 BF16";
        say(hasBFloat16
            ? "SDXL at full size in bf16, a picture of 1024 pixels:"
            : $"A model of SDXL's depth and a fifth of its width in f32, a picture of 512 pixels: with {instructions} alone a step at full size in bf16 would take hours.");
        return hasBFloat16 ? new MemoryBench(FullSizeBench.Sdxl, ScalarType.BFloat16, Allowed, say) : new MemoryBench(Narrow, ScalarType.Float32, Allowed, say);
    }

    /// <summary>One step of one training, in the process that <see cref="RunAsync"/> starts in the checkpoint's folder.</summary>
    /// <param name="scenario"><c>memory:NUMBER:SIDE:PRECISION</c>.</param>
    /// <param name="folder">The checkpoint's.</param>
    /// <param name="say">Takes the figures.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="ArgumentException">There is no such training.</exception>
    public static void TakeStep(string scenario, string folder, Action<string> say, CancellationToken cancel)
    {
        if (scenario.Split(':') is not [_, var training, var side, var type] || !int.TryParse(training, CultureInfo.InvariantCulture, out var number) || number < 0 || number >= MemorySwitch.Trainings.Count
            || !int.TryParse(side, CultureInfo.InvariantCulture, out var pixels) || !Enum.TryParse(type, out ScalarType precision))
            throw new ArgumentException($"--scenario is '{scenario}'; expected {Name}:NUMBER:SIDE:PRECISION with a number below {MemorySwitch.Trainings.Count}, the pixels of a picture's side, and {ScalarType.Float32} or {ScalarType.BFloat16}, or {Name}.");
        say(MemoryStep.Take(Path.Combine(folder, Checkpoint), precision, MemorySwitch.Trainings[number], pixels, cancel));
    }

    /// <summary>Takes a step of each training, one process after the other, and tells of each switch as soon as both of its own are known.</summary>
    /// <param name="only">The switch that is looked at; null: all.</param>
    /// <param name="cancel">Ends the processes too.</param>
    /// <exception cref="ArgumentException">There is no such switch.</exception>
    /// <exception cref="InvalidOperationException">A step failed, or what is measured of some switches is too far from their estimates; all have been told by then.</exception>
    public async Task RunAsync(string? only, CancellationToken cancel)
    {
        var switches = MemorySwitch.All.Where(change => only is null || change.Name == only).ToList();
        if (switches.Count == 0)
            throw new ArgumentException($"--switch is '{only}'; expected {string.Join(", ", MemorySwitch.All.Select(change => change.Name))}, or leave it out.");
        var folder = Directory.CreateTempSubdirectory("slipway-memory-").FullName;
        try
        {
            using (var checkpoint = new RandomCheckpoint(sizes, Seed))
                checkpoint.Write(Path.Combine(folder, Checkpoint), cancel);
            say($"{"in a step",-32} {"estimate",9} {"measured",9}  ratio");
            var wrong = new List<string>();
            var found = new Dictionary<TrainingOptions, (long Measured, long Estimated)>(ReferenceEqualityComparer.Instance);
            foreach (var change in switches)
            {
                foreach (var training in new[] { change.Without, change.With }.Where(training => !found.ContainsKey(training)))
                    found.Add(training, await MeasureAsync(folder, MemorySwitch.NumberOf(training), cancel));
                if (!IsRight(Say(change, found[change.Without], found[change.With])))
                    wrong.Add(change.Name);
            }

            if (wrong.Count > 0)
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"What is measured of {string.Join(", ", wrong)} is more than {within * 100:F0} % from the estimate; correct MemoryEstimate, or repeat it on a machine that does nothing else."));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private (long Measured, long Estimated) Say(MemorySwitch change, (long Measured, long Estimated) without, (long Measured, long Estimated) with)
    {
        var less = (without.Measured - with.Measured, without.Estimated - with.Estimated);
        Say("without " + change.Name, without);
        Say("with it", with);
        Say("less", less);
        return less;
    }

    private bool IsRight((long Measured, long Estimated) less) => Math.Abs(less.Measured - less.Estimated) <= within * less.Estimated;

    private void Say(string name, (long Measured, long Estimated) bytes) =>
        say(string.Create(CultureInfo.InvariantCulture, $"{name,-32} {bytes.Estimated / MiB,5:F0} MiB {bytes.Measured / MiB,5:F0} MiB  {bytes.Measured / (double)bytes.Estimated,5:F2}"));

    // What is given back is given back at once, so that nothing of before the step is measured in it: else small tensors leave holes between those that stay, 0.1 GiB in all.
    private async Task<(long Measured, long Estimated)> MeasureAsync(string folder, int number, CancellationToken cancel)
    {
        using var process = PlanProcess.Start(
            folder,
            [KeyValuePair.Create("MALLOC_ARENA_MAX", "1"), KeyValuePair.Create("MALLOC_MMAP_THRESHOLD_", "65536")],
            "--target=Bench",
            string.Create(CultureInfo.InvariantCulture, $"--scenario={Name}:{number}:{sizes.Side}:{precision}"));
        using var stop = cancel.Register(() => process.Kill(entireProcessTree: true));
        var (output, error) = (process.StandardOutput.ReadToEndAsync(CancellationToken.None), process.StandardError.ReadToEndAsync(CancellationToken.None));
        await process.WaitForExitAsync(CancellationToken.None);
        cancel.ThrowIfCancellationRequested();
        var said = $"{await output}{await error}";
        return process.ExitCode == 0 ? MemoryStep.Read(said) : throw new InvalidOperationException($"A step ended with {process.ExitCode}: {said.Trim()}");
    }
}
