using Slipway.Training.Randomness;

namespace Slipway.Training.Tests.Randomness;

public sealed class SeedStreamTests
{
    [Fact]
    public void The_same_seed_purpose_and_index_give_the_same_numbers() =>
        Assert.Equal(Numbers(1, "noise", 2), Numbers(1, "noise", 2));

    [Fact]
    public void Another_seed_purpose_or_index_gives_other_numbers()
    {
        var all = new[] { Numbers(1, "noise", 2), Numbers(2, "noise", 2), Numbers(1, "order", 2), Numbers(1, "noise", 3) };
        Assert.Equal(20, all.SelectMany(n => n).Distinct().Count());
    }

    // Trainings of last year must come out the same this year.
    [Fact]
    public void The_numbers_never_change() => Assert.Equal(12180156958026324826UL, new SeedStream(42, "noise").NextUInt64());

    [Fact]
    public void A_shuffle_is_a_permutation_and_every_place_is_reached()
    {
        var first = Enumerable.Range(0, 200).Select(i =>
        {
            int[] items = [0, 1, 2, 3];
            new SeedStream(7, "shuffle", i).Shuffle(items.AsSpan());
            Assert.Equal([0, 1, 2, 3], items.Order());
            return items[0];
        }).CountBy(i => i).ToDictionary();
        Assert.Equal(4, first.Count);
        Assert.All(first.Values, count => Assert.InRange(count, 30, 70));
    }

    [Fact]
    public void Generators_of_two_streams_draw_different_tensors()
    {
        using var scope = NewDisposeScope();
        using var a = new SeedStream(1, "noise", 0).Generator();
        using var b = new SeedStream(1, "noise", 1).Generator();
        Assert.NotEqual(randn(4, generator: a).data<float>().ToArray(), randn(4, generator: b).data<float>().ToArray());
    }

    private static ulong[] Numbers(long seed, string purpose, long index)
    {
        var stream = new SeedStream(seed, purpose, index);
        return [.. Enumerable.Range(0, 5).Select(_ => stream.NextUInt64())];
    }
}
