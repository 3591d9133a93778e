using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Files;
using Slipway.Diffusion.Text;
using Slipway.Diffusion.UNets;
using Slipway.Diffusion.Vae;
using static TorchSharp.torch;

namespace Slipway.Build.Benches;

/// <summary>
/// A checkpoint in single-file layout with random weights, in f16, that behaves as a trained one: normal weights of variance
/// 1/(inputs of an output), norms of 1, biases of 0. It needs memory for one tensor at a time.
/// </summary>
/// <param name="sizes">Of the model.</param>
/// <param name="seed">Of the weights.</param>
internal sealed class RandomCheckpoint(BenchSizes sizes, ulong seed) : IDisposable
{
    private readonly Generator _generator = new(seed);

    /// <summary>Writes the checkpoint, and beside it a tokenizer that spells every text in bytes.</summary>
    public void Write(string path, CancellationToken cancel)
    {
        ClipVocabulary.Write(Path.Combine(Path.GetDirectoryName(path)!, "tokenizer"), [], "<|endoftext|>");
        using var unet = new UNet(sizes.UNet);
        using var vae = new AutoencoderKL(sizes.Vae);
        using var first = new ClipTextEncoder(sizes.TextEncoder1);
        using var second = new ClipTextEncoder(sizes.TextEncoder2);
        var tensors = SingleFileContent.FromModel(first, second, unet, vae, ScalarType.Float16)
            .Select(tensor => tensor.Shape.Count == 0 || tensor.Type == ScalarType.Int64 ? tensor : tensor with { Make = () => Random(tensor, cancel) });
        SafetensorsWriter.WriteOneByOne(path, tensors, null);
    }

    /// <inheritdoc/>
    public void Dispose() => _generator.Dispose();

    private Tensor Random(PendingTensor tensor, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        using var scope = NewDisposeScope();
        long[] shape = [.. tensor.Shape];
        var values = shape.Length > 1 ? randn(shape, generator: _generator).mul_(1 / Math.Sqrt(shape[1..].Aggregate(1L, (a, b) => a * b)))
            : tensor.Name.EndsWith("weight", StringComparison.Ordinal) ? ones(shape)
            : zeros(shape);
        return values.to(tensor.Type).MoveToOuterDisposeScope();
    }
}
