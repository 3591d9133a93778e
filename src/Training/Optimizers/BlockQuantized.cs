using static TorchSharp.torch;

namespace Slipway.Training.Optimizers;

/// <summary>
/// Numbers of which each is kept in a byte: an index into <see cref="DynamicMap"/>, times the largest size in its block of 256
/// (Dettmers et al. 2021, section 2.1), so that an outlier costs the precision of its own block alone.
/// </summary>
internal sealed class BlockQuantized : IDisposable
{
    /// <summary>Numbers of a block.</summary>
    public const int BlockSize = 256;

    private readonly Tensor _map;
    private readonly Tensor _middles;

    /// <summary>Begins with zeros.</summary>
    /// <param name="count">How many numbers.</param>
    /// <param name="map">What a byte can mean, rising.</param>
    /// <param name="device">Where they lie.</param>
    public BlockQuantized(long count, float[] map, Device device)
    {
        using var scope = NewDisposeScope();
        _map = tensor(map, device: device).DetachFromDisposeScope();
        _middles = tensor([.. map.Zip(map.Skip(1), (low, high) => (low + high) / 2)], device: device).DetachFromDisposeScope();
        Codes = full(Blocks(count) * BlockSize, Array.IndexOf(map, 0f), ScalarType.Byte, device).DetachFromDisposeScope();
        Scales = zeros(Blocks(count), dtype: ScalarType.Float32, device: device).DetachFromDisposeScope();
    }

    /// <summary>A byte each, [N] with N rounded up to whole blocks.</summary>
    public Tensor Codes { get; }

    /// <summary>The largest size of each block, float32.</summary>
    public Tensor Scales { get; }

    /// <summary>The numbers of some blocks, [blocks, 256], float32.</summary>
    public Tensor Read(long block, long blocks)
    {
        using var scope = NewDisposeScope();
        var codes = Codes.narrow(0, block * BlockSize, blocks * BlockSize).to(ScalarType.Int32);
        return _map.index_select(0, codes).view(blocks, BlockSize).mul_(Scales.narrow(0, block, blocks).unsqueeze(1)).MoveToOuterDisposeScope();
    }

    /// <summary>Keeps the nearest to some numbers, [blocks, 256], float32.</summary>
    public void Write(long block, Tensor values)
    {
        using var scope = NewDisposeScope();
        var largest = values.abs().amax([1]);
        var shares = values.div(largest.clamp_min(float.Epsilon).unsqueeze(1));
        Codes.narrow(0, block * BlockSize, values.numel()).copy_(bucketize(shares, _middles, outInt32: true).flatten());
        Scales.narrow(0, block, values.shape[0]).copy_(largest);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _map.Dispose();
        _middles.Dispose();
        Codes.Dispose();
        Scales.Dispose();
    }

    /// <summary>Blocks for so many numbers.</summary>
    public static long Blocks(long count) => (count + BlockSize - 1) / BlockSize;
}
