using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Pipeline.Runs;

namespace Slipway.Pipeline.Tests.Runs;

public sealed class RunResultsTests
{
    [Theory]
    [InlineData("lora/boat_v02.safetensors", 1, "lora/boat_v01.safetensors", "lora/boat_v02.safetensors")]
    [InlineData("lora/boat_v02.safetensors", 3, "lora/boat_v01.safetensors", "lora/boat_v02.safetensors", "lora/boat_v02_saves/boat_v02-step00000002.safetensors", "lora/boat_v02_saves/boat_v02-000001.safetensors")]
    [InlineData("lora/boat_v02_saves.safetensors", 1, "lora/boat_v02_saves.safetensors", "lora/boat_v02_saves_saves/boat_v02_saves-000001.safetensors")]
    public void The_LoRA_that_is_named_is_the_last_version_s_and_none_that_it_saved_on_its_way(string named, int others, params string[] files)
    {
        var stage = new StageOutcome("Train", [new ItemOutcome("v02", [.. files.Select((file, slot) => new OutputFile(slot, $"artifacts/{file}", $"/home/me/artifacts/{file}", ContentHash.Of(""u8)))], null, IsPending: false)], null, null, TimeSpan.Zero);

        var place = Assert.Single(RunResults.Of("artifacts", [stage], []).Places);

        Assert.Equal(("LoRAs", $"/home/me/artifacts/{named}", others), (place.What, place.Path, place.Others));
    }

    [Fact]
    public void Pictures_of_a_grid_are_no_grids()
    {
        string[] files = ["grids/names.png", "grids/names/1_1_1.png", "grids/names/1_1_2.png", "grids/versions.png", "grids/v01.png"];
        var stage = new StageOutcome("Grid", [new ItemOutcome("names", [.. files.Select((file, slot) => new OutputFile(slot, $"artifacts/{file}", $"/home/me/artifacts/{file}", ContentHash.Of(""u8)))], null, IsPending: false)], null, null, TimeSpan.Zero);

        Assert.Equal([new ResultPlace("grids", "/home/me/artifacts/grids/versions.png", 2)], RunResults.Of("artifacts", [stage], []).Places);
    }
}
