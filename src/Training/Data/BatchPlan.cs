using Slipway.Training.Randomness;

namespace Slipway.Training.Data;

/// <summary>
/// Which images make up which batch of which epoch: a function of the seed and the epoch. Each image takes part
/// <see cref="TrainingImage.Repeats"/> times; a batch holds images of one size; the last batch of a size may be smaller.
/// </summary>
public sealed class BatchPlan
{
    private readonly List<int[]> _sizes;
    private readonly int _batchSize;
    private readonly int _accumulation;
    private readonly long _seed;

    /// <summary>The plan of a training's batches: a function of the images, the sizes and the seed.</summary>
    public BatchPlan(IReadOnlyList<TrainingImage> images, int batchSize, int accumulation, long seed)
    {
        ArgumentNullException.ThrowIfNull(images);
        (_batchSize, _accumulation, _seed) = (batchSize, accumulation, seed);
        _sizes = [.. images.Select((image, i) => (image, i))
            .GroupBy(p => (p.image.Width, p.image.Height)).OrderBy(g => g.Key)
            .Select(g => g.SelectMany(p => Enumerable.Repeat(p.i, p.image.Repeats)).ToArray())];
        BatchesPerEpoch = _sizes.Sum(size => (size.Length + batchSize - 1) / batchSize);
    }

    /// <summary>Number of micro-batches in each epoch.</summary>
    public int BatchesPerEpoch { get; }

    /// <summary>Optimizer steps; an epoch's last step may take fewer batches than the others.</summary>
    public int StepsPerEpoch => (BatchesPerEpoch + _accumulation - 1) / _accumulation;

    /// <summary>The batches of an epoch, counted from 0, as indices of images.</summary>
    public IReadOnlyList<int[]> Epoch(int epoch)
    {
        var stream = new SeedStream(_seed, "data order", epoch);
        var batches = new List<int[]>();
        foreach (var size in _sizes)
        {
            int[] order = [.. size];
            stream.Shuffle(order.AsSpan());
            batches.AddRange(order.Chunk(_batchSize));
        }
        var all = batches.ToArray();
        stream.Shuffle(all.AsSpan());
        return all;
    }

    /// <summary>The place of an optimizer step: its epoch and its batches' indices within that epoch.</summary>
    public (int Epoch, Range Batches) Step(int step)
    {
        var start = step % StepsPerEpoch * _accumulation;
        return (step / StepsPerEpoch, start..Math.Min(start + _accumulation, BatchesPerEpoch));
    }
}
