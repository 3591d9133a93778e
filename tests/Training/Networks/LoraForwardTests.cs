namespace Slipway.Training.Tests.Networks;

public sealed class LoraForwardTests : ReferenceLoras
{
    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    [InlineData("conv")]
    public void At_every_strength_the_model_gives_what_the_reference_gives(string name)
    {
        using var network = Load(name);
        network.Attach();
        foreach (var (key, multiplier) in new[] { ("1.0", 1.0), ("0.5", 0.5), ("0.0", 0.0), ("-1.0", -1.0) })
        {
            network.Multiplier = multiplier;
            RequireOutputs($"{name}.mult{key}");
        }
    }

    /// <summary>Branches of two networks beside the same layers give what their merge gives.</summary>
    [Fact]
    public void Several_networks_add_up()
    {
        using var a = Load("a");
        using var b = Load("b");
        (a.Multiplier, b.Multiplier) = (0.7, -0.3);
        a.Attach();
        b.Attach();
        RequireOutputs("merged_a0.7_b-0.3");
        b.Detach();
        a.Multiplier = 1;
        RequireOutputs("a.mult1.0");
    }
}
