using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Runs;

namespace Slipway.Pipeline.Tests.Runs;

public sealed class ComparisonTableTests
{
    [Fact]
    public void Has_a_row_for_each_version_and_marks_where_a_training_was_best()
    {
        var table = new ComparisonTable();
        table.Add("base", new EvaluationFigures(0.95454, 0, 0, 0, 0.0123, 44), null, null);
        table.Add("v02", new EvaluationFigures(0.5, 1, 0, 0, 1, 44), new KeptMeasurement(800, 800, 0.1, 0.05, 0.12345), TimeSpan.FromSeconds(81.6));
        table.Add("early", new EvaluationFigures(0.5, 1, 0, 0, 1, 44), new KeptMeasurement(160, 60, 0.1, null, null), TimeSpan.FromSeconds(20));
        Assert.Equal(
            """
            | version | background_recall | mascot_presence | near_white_border | loss/val | val_subject | val_background |       steps | seconds |
            | ------- | ----------------: | --------------: | ----------------: | -------: | ----------: | -------------: | ----------: | ------: |
            | base    |               95% |              0% |                1% |          |             |                |             |         |
            | v02     |               50% |            100% |              100% |   0.1000 |      0.0500 |         0.1235 |         800 |      82 |
            | early   |               50% |            100% |              100% |   0.1000 |             |                | ★ 60 of 160 |      20 |

            """.ReplaceLineEndings("\n"),
            table.ToString());
    }
}
