using Slipway.Engine.Jobs;
using Slipway.Pipeline.Runs;

namespace Slipway.Pipeline.Tests.Runs;

public sealed class RunLogTests
{
    private readonly Reports _sink = new();
    private readonly RunLog _log;

    public RunLogTests() => _log = new RunLog(_sink);

    [Fact]
    public void A_stage_of_one_item_tells_its_own_steps()
    {
        _log.Starting("Train v01", 1, 0, []);
        _log.Report("Train v01", 3, 800, "loss 0.1");
        _log.Stored("Train v01", 1, 1);

        Assert.Equal(["Train v01 0/1", "Train v01 3/800 loss 0.1"], _sink.Told);
    }

    [Fact]
    public void Of_a_stage_of_several_the_items_are_counted_and_the_steps_of_one_stand_beside()
    {
        _log.Starting("Steps v01", 7, 0, []);
        _log.Report("Steps v01", 11, 22, "step 1 of 20");
        _log.Stored("Steps v01", 1, 7);
        _log.Report("Steps v01", 22, 22, null);
        _log.End("Steps v01");
        _log.Report("Steps v01", 2, 3, "from the remote cache");

        Assert.Equal(["Steps v01 0/7", "Steps v01 0/7 11 of 22, step 1 of 20", "Steps v01 1/7", "Steps v01 1/7 22 of 22", "Steps v01 2/3 from the remote cache"], _sink.Told);
    }

    private sealed class Reports : IProgressSink
    {
        public List<string> Told { get; } = [];

        public void Report(string stage, int done, int all, string? detail) => Told.Add($"{stage} {done}/{all} {detail}".TrimEnd());

        public void End(string stage)
        {
        }

        public void Line(string text)
        {
        }

        public void Warn(string text)
        {
        }
    }
}
