using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

public sealed class LockDifferenceTests
{
    private static readonly ContentHash One = ContentHash.Of("one");
    private static readonly ContentHash Two = ContentHash.Of("two");

    [Fact]
    public void Outputs_that_are_still_to_be_made_are_not_known_yet() => Assert.Equal(
        $"tiny, Train v01: the same fingerprint gave other outputs: {One.ToString()[..12]} → not known yet",
        new LockDifference("tiny", "Train v01", new LockedStage(Two, One), new LockedStage(Two, null)).ToString());

    [Fact]
    public void What_the_plan_and_what_the_environment_makes_different_are_told_apart()
    {
        var difference = new LockDifference("tiny", "Train v01", new LockedStage(One, One), new LockedStage(Two, null))
        {
            Changes = FingerprintChanges.Find(
                [FingerprintEntry.Parameter("seed", "1"), FingerprintEntry.Environment("libtorch", "2.10")],
                [FingerprintEntry.Parameter("seed", "2"), FingerprintEntry.Environment("libtorch", "2.11")]),
        };

        Assert.Equal(
            [$"tiny, Train v01: fingerprint {One.ToString()[..12]} → {Two.ToString()[..12]}", "    `seed` 1 → 2", "    the environment: `libtorch` 2.10 → 2.11"],
            difference.Lines());
    }
}
