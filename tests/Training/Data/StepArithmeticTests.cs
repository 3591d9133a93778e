using System.Text.Json;
using Slipway.Training.Data;
using Slipway.Training.Options;

namespace Slipway.Training.Tests.Data;

/// <summary>golden/data/data.json, <c>steps</c>: batches and steps of three folders and their buckets, with and without a folder of regularisation pictures.</summary>
public sealed class StepArithmeticTests
{
    private static readonly Buckets Buckets = new(new BucketOptions { Resolution = (64, 64), MinBucketReso = 32, MaxBucketReso = 128, BucketResoSteps = 16, SizeMultiple = 16 });
    private static readonly JsonElement Steps = DataNumbers.Root.GetProperty("steps");

    private static readonly TrainingImage[] Training =
    [
        .. Steps.GetProperty("folders").EnumerateObject().SelectMany(folder => folder.Value.EnumerateArray()
            .Select(size => Image(folder.Name, size.Pair(), TrainingFolderName.Parse(folder.Name)!.Repeats))),
    ];

    public static TheoryData<int> Rows => [.. Enumerable.Range(0, Steps.GetProperty("table").GetArrayLength())];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Batches_and_steps_are_the_references(int index)
    {
        var row = Steps.GetProperty("table")[index];
        var images = row.GetProperty("reg").GetBoolean() ? [.. Training, .. Regularisation()] : Training;
        Assert.Equal(row.GetProperty("num_train_images").GetInt32(), Training.Sum(image => image.Repeats));
        Assert.Equal(
            row.GetProperty("buckets").EnumerateArray().Select(bucket => (bucket.Pair("reso"), bucket.GetProperty("count").GetInt32())),
            images.GroupBy(image => (image.Width, image.Height)).OrderBy(bucket => bucket.Key).Select(bucket => (bucket.Key, bucket.Sum(image => image.Repeats))));
        foreach (var accumulation in new[] { 1, 2, 4 })
        {
            var plan = new BatchPlan(images, row.GetProperty("batch_size").GetInt32(), accumulation, 1);
            Assert.Equal(row.GetProperty("len_dataloader").GetInt32(), plan.BatchesPerEpoch);
            Assert.Equal(row.GetProperty($"max_train_steps(epochs=1,accum={accumulation})").GetInt32(), plan.StepsPerEpoch);
            Assert.Equal(row.GetProperty($"max_train_steps(epochs=10,accum={accumulation})").GetInt32(), 10 * plan.StepsPerEpoch);
        }
    }

    [Fact]
    public void Regularisation_pictures_come_as_often_as_the_others_and_no_oftener()
    {
        TrainingImage[] three = [Image("a", (64, 64), 2), Image("b", (64, 64), 1), Image("c", (64, 64), 3)];
        Assert.Equal([4, 3, 4], RegularisationImages.Balance(three, 11).Select(image => image.Repeats));
        Assert.Equal([2, 1], RegularisationImages.Balance(three, 3).Select(image => image.Repeats));
        Assert.Equal([2, 1], RegularisationImages.Balance(three, 2 + 1).Select(image => image.Repeats));
        Assert.Empty(RegularisationImages.Balance([], 11));
    }

    private static IReadOnlyList<TrainingImage> Regularisation() =>
        RegularisationImages.Balance([.. Enumerable.Repeat(Image("1_dog", (64, 64), 1), 4)], Training.Sum(image => image.Repeats));

    private static TrainingImage Image(string folder, (int Width, int Height) size, int repeats) =>
        Buckets.Fit(size.Width, size.Height).Bucket is var bucket ? new TrainingImage($"{folder}/x.png", [], bucket.Width, bucket.Height, "x", repeats) : null!;
}
