using Slipway.Diffusion.Memory;
using Slipway.Diffusion.Modules;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests.Modules;

/// <summary>In a process of its own, as it counts what the whole process has of the C library.</summary>
[Trait("Tier", "slow")]
public sealed class GradientCheckpointMemoryTests
{
    private const int Steps = 8;
    private const long TensorBytes = 40 << 20;
    private const long Small = TensorBytes / 4; // nodes of the graph, and what .NET's compiler takes and gives back meanwhile: five mebibytes were seen

    /// <summary>Each of the steps keeps its result for the backward pass, without recomputation; with it the input is all.</summary>
    [Fact]
    public async Task Keeps_the_inputs_of_a_part_and_no_inner_results()
    {
        Assert.SkipUnless(NativeHeap.IsKnown, "The C library does not tell what it has given out.");
        if (OwnProcess.IsThis)
            MeasureMemory();
        else
            await OwnProcess.RunAsync(typeof(GradientCheckpointMemoryTests));
    }

    private static void MeasureMemory()
    {
        var recomputation = new GradientCheckpoint();
        var kept = Growth(input => recomputation.Run(inputs => Part(inputs[0]), input));
        var ordinary = Growth(Part);
        Assert.InRange(kept, TensorBytes - Small, TensorBytes + Small);
        Assert.InRange(ordinary, (Steps * TensorBytes) - Small, (Steps * TensorBytes) + Small);
    }

    private static Tensor Part(Tensor input)
    {
        using var scope = NewDisposeScope();
        return Enumerable.Range(0, Steps).Aggregate(input, (x, _) => x.sigmoid()).MoveToOuterDisposeScope();
    }

    /// <summary>Bytes that are held from the input to the output, which is one of them.</summary>
    private static long Growth(Func<Tensor, Tensor> run)
    {
        using var input = rand(TensorBytes / sizeof(float), requires_grad: true);
        var before = NativeHeap.InUse();
        using var output = run(input);
        var growth = NativeHeap.InUse() - before;
        output.sum().backward();
        Assert.True(input.grad!.isfinite().all().item<bool>());
        return growth;
    }
}
