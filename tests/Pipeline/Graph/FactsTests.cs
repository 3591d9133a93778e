using Slipway.Pipeline.Graph;
using Slipway.Pipeline.Jobs;

namespace Slipway.Pipeline.Tests.Graph;

public sealed class FactsTests
{
    /// <summary>What a card's f32 numbers are multiplied in is in the keys of what is computed there, and of nothing else.</summary>
    [Fact]
    public void Tell_where_a_card_computes_in_TF32()
    {
        var facts = Facts.Read();
        Assert.Contains(KeyValuePair.Create("tf32", "convolutions"), facts.Group(EnvironmentGroups.Cuda));
        Assert.DoesNotContain(facts.Group(EnvironmentGroups.Torch), fact => fact.Key == "tf32");
    }
}
