using System.Diagnostics;
using Slipway.Diffusion.Modules;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests.Modules;

/// <summary>Alone, as it reads the resident size of the whole process.</summary>
[Collection(nameof(GradientCheckpointMemoryTests))]
[CollectionDefinition(nameof(GradientCheckpointMemoryTests), DisableParallelization = true)]
public sealed class GradientCheckpointMemoryTests
{
    private const int Steps = 8;
    private const long TensorBytes = 40 << 20; // Above 32 MiB freed memory goes back to the system at once.

    /// <summary>Each of the steps keeps its result for the backward pass, without recomputation; with it the input is all.</summary>
    [Fact]
    public void Keeps_the_inputs_of_a_part_and_no_inner_results()
    {
        var recomputation = new GradientCheckpoint();
        var kept = Growth(input => recomputation.Run(inputs => Part(inputs[0]), input));
        var ordinary = Growth(Part);
        Assert.InRange(kept, 0, 2 * TensorBytes);
        Assert.InRange(ordinary, (Steps - 1) * TensorBytes, long.MaxValue);
    }

    private static Tensor Part(Tensor input)
    {
        using var scope = NewDisposeScope();
        return Enumerable.Range(0, Steps).Aggregate(input, (x, _) => x.sigmoid()).MoveToOuterDisposeScope();
    }

    /// <summary>By how much the process has grown between the input and the output, which is held.</summary>
    private static long Growth(Func<Tensor, Tensor> run)
    {
        using var input = rand(TensorBytes / sizeof(float), requires_grad: true);
        var before = Resident();
        using var output = run(input);
        var growth = Resident() - before;
        output.sum().backward();
        Assert.True(input.grad!.isfinite().all().item<bool>());
        return growth;
    }

    private static long Resident()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
