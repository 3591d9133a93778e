using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;

namespace Slipway.Pipeline.Runs;

/// <summary>How long work will take, going by what the same work took when it was last done here.</summary>
/// <param name="cache">Its records say how long items took.</param>
/// <param name="profile">The plan's profile.</param>
/// <param name="stages">All stages: of a version that never ran, another one's time counts, by the amount of work.</param>
internal sealed class WorkTimes(Cache cache, string profile, IReadOnlyList<StageNode> stages)
{
    // Items of a stage are alike: some of them tell.
    private const int Looked = 20;

    /// <summary>Time of the items that would run, one after the other; null where nothing like it was done here.</summary>
    public TimeSpan? Of(StageOutcome found) => found.Run == 0 ? TimeSpan.Zero : Of(stages.First(stage => stage.Label == found.Stage), found.Run);

    /// <summary>Time of some items of a stage, one after the other, whether or not they would run; null where nothing like it was done here.</summary>
    public TimeSpan? Of(StageNode stage, int items)
    {
        var seconds = SecondsOfItem(stage.Label)
            ?? stages.Where(other => other != stage && other.Name == stage.Name)
                .Select(other => SecondsOfItem(other.Label) * WorkOfItem(stage) / WorkOfItem(other)).FirstOrDefault(seconds => seconds is not null);
        return seconds is null ? null : TimeSpan.FromSeconds(seconds.Value * items);
    }

    private static double WorkOfItem(StageNode stage) => stage.Weight / Math.Max(1, stage.Jobs.Count);

    private double? SecondsOfItem(string stage) => cache.Records.Runs(profile, stage).Take(1)
        .SelectMany(run => cache.Actions.TryGetManifest(run)?.Items ?? []).Take(Looked)
        .Select(item => cache.Actions.DurationOf(item.Key)?.TotalSeconds)
        .Average();
}
