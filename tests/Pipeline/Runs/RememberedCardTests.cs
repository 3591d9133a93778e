using Slipway.Engine.Jobs;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Runs;

namespace Slipway.Pipeline.Tests.Runs;

public sealed class RememberedCardTests : IDisposable
{
    private static readonly EnvironmentFacts WithoutCard = With("none found");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_machine_with_a_card_has_its_own_facts()
    {
        var card = new RememberedCard(_folder.Path);
        card.Keep(With("NVIDIA H200"));
        var own = With("NVIDIA RTX A6000");
        Assert.Equal((own, null), card.Complete(own));
    }

    [Fact]
    public void Without_one_those_of_the_last_machine_that_ran_are_taken_and_that_is_said()
    {
        new RememberedCard(_folder.Path).Keep(With("NVIDIA RTX A6000"));
        new RememberedCard(_folder.Path).Keep(With("NVIDIA H200"));
        new RememberedCard(_folder.Path).Keep(WithoutCard);
        var (facts, note) = new RememberedCard(_folder.Path).Complete(WithoutCard);
        Assert.Equal(With("NVIDIA H200").Group(EnvironmentGroups.Cuda), facts.Group(EnvironmentGroups.Cuda));
        Assert.Equal("This machine has no NVIDIA card: what is known of results is told as of the one that last ran jobs here, NVIDIA H200.", note);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{\"cuda\":\"12.8\"}")]
    [InlineData("not JSON")]
    public void Where_nothing_is_remembered_that_is_said(string? file)
    {
        if (file is not null)
            _folder.Write("card.json", file);
        var (facts, note) = new RememberedCard(_folder.Path).Complete(WithoutCard);
        Assert.Same(WithoutCard, facts);
        Assert.Equal("This machine has no NVIDIA card, and no job has run on one here: what has to run is told as of a machine without.", note);
    }

    private static EnvironmentFacts With(string card) =>
        EnvironmentFacts.None.With(EnvironmentGroups.Cuda, KeyValuePair.Create("cuda", "12.8"), KeyValuePair.Create("cudnn", "91002"), KeyValuePair.Create("card", card));
}
