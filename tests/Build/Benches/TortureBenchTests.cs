using Slipway.Build.Benches.Torture;

namespace Slipway.Build.Tests.Benches;

public sealed class TortureBenchTests
{
    /// <summary>A few of each; the bench itself does hundreds.</summary>
    [Fact]
    [Trait("Tier", "slow")] // It starts the program some twenty times.
    public async Task A_cache_stands_kills_damages_and_crowds()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It makes symbolic links, and kills as Linux does.");
        var said = new List<string>();

        await new TortureBench(Repository.Root, said.Add).RunAsync(new(Kills: 1, Damages: 3, Crowds: 1, Steps: 2, Target: "Tag"), TestContext.Current.CancellationToken);

        Assert.Equal(["killed", "harmed", "at once"], said.Select(line => line.Split("  ")[0]));
    }
}
