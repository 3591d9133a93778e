using Slipway.Training.Data;

namespace Slipway.Training.Tests.Data;

public sealed class BatchPlanTests
{
    // 10×3, 3×2 and 1×5 uses of images in three sizes: 41 uses; 10 + 18 + 13 of each size, as the reference's table has it.
    private static readonly TrainingImage[] Images =
    [
        .. Enumerable.Range(0, 1).Select(i => TinyModel.Image($"wide{i}", "a", 10, 8)),
        .. Enumerable.Range(0, 1).Select(i => TinyModel.Image($"square{i}", "a", 18, 16)),
        .. Enumerable.Range(0, 1).Select(i => TinyModel.Image($"tall{i}", "a", 13, 24)),
    ];

    [Theory]
    [InlineData(1, 1, 41, 41)]
    [InlineData(2, 1, 21, 21)]
    [InlineData(4, 1, 12, 12)]
    [InlineData(1, 2, 41, 21)]
    [InlineData(2, 2, 21, 11)]
    public void Counts_batches_by_size_and_steps_by_epoch(int batchSize, int accumulation, int batches, int steps)
    {
        var plan = new BatchPlan(Images, batchSize, accumulation, 1);
        Assert.Equal((batches, steps), (plan.BatchesPerEpoch, plan.StepsPerEpoch));
        Assert.Equal(batches, plan.Epoch(0).Count);
    }

    [Fact]
    public void An_epoch_uses_each_image_as_often_as_it_repeats_and_mixes_no_sizes()
    {
        var epoch = new BatchPlan(Images, 4, 1, 1).Epoch(3);
        Assert.Equal([10, 18, 13], epoch.SelectMany(b => b).CountBy(i => i).OrderBy(c => c.Key).Select(c => c.Value));
        Assert.All(epoch, batch => Assert.Single(batch.Distinct()));
    }

    [Fact]
    public void The_order_depends_on_seed_and_epoch_alone()
    {
        var images = Enumerable.Range(0, 20).Select(i => TinyModel.Image($"{i}", "a")).ToArray();
        int[] Order(long seed, int epoch) => [.. new BatchPlan(images, 2, 1, seed).Epoch(epoch).SelectMany(b => b)];
        Assert.Equal(Order(1, 2), Order(1, 2));
        Assert.NotEqual(Order(1, 2), Order(1, 3));
        Assert.NotEqual(Order(1, 2), Order(2, 2));
    }

    [Fact]
    public void The_last_step_of_an_epoch_takes_the_batches_that_are_left()
    {
        var plan = new BatchPlan(Images, 1, 2, 1);
        Assert.Equal((0, 40..41), plan.Step(20));
        Assert.Equal((1, 0..2), plan.Step(21));
    }
}
