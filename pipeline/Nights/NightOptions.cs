namespace Slipway.Pipeline.Nights;

/// <summary>What a night is asked to do.</summary>
/// <param name="PlanFile">Full path of the plan; its folder is the workspace.</param>
public sealed record NightOptions(string PlanFile)
{
    /// <summary>After this time the night stops at the next checkpoint; null: never.</summary>
    public TimeSpan? Budget { get; init; }

    /// <summary>What a failure comes to: 1 the work failed, 2 the plan or an input is wrong, 3 a result differs.</summary>
    public Func<Exception, int> CodeOf { get; init; } = _ => NightFinding.Failed;
}
