using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;
using static Slipway.Engine.Tests.Execution.TextStages;

namespace Slipway.Engine.Tests.Execution;

public sealed class StageOutcomeTests : IDisposable
{
    private readonly Yard _yard = new();

    public void Dispose() => _yard.Dispose();

    /// <summary>A key that changes would change everybody's lock file: it must not do so by accident.</summary>
    [Fact]
    public async Task The_key_of_a_known_stage_is_known() =>
        Assert.Equal("0bbcb87f", $"{(await _yard.RunAsync(Graph(Stage("A", _yard.Job("x")))))[0].Fingerprint}"[..8]);

    [Fact]
    public async Task A_stage_of_another_name_has_another_key()
    {
        var job = _yard.Job("x").Job;
        JobGraph Named(string name) => new([new StageNode(name, null, [new JobNode(name, "x", job, ["out/x.txt"])])]);

        Assert.NotEqual((await _yard.RunAsync(Named("A")))[0].Fingerprint, (await _yard.RunAsync(Named("B")))[0].Fingerprint);
    }

    [Fact]
    public async Task An_item_is_had_by_its_label_and_one_that_there_is_not_cannot_be_had()
    {
        var outcome = (await _yard.RunAsync(Graph(Stage("A", _yard.Job("x"), _yard.Job("y")))))[0];

        Assert.Equal(["out/A/y.txt"], outcome["y"].Files.Select(file => file.RelativePath));
        Assert.Throws<InvalidOperationException>(() => outcome["z"]);
    }

    [Fact]
    public void A_run_of_which_nothing_is_said_has_no_salt_and_takes_one_job_at_a_time()
    {
        var options = new RunOptions { Profile = "tiny" };

        Assert.Equal(("", 1, null), (options.Salt, options.Jobs, options.FreeMemory()));
    }
}
