namespace Slipway.Engine.Caching;

/// <summary>What the garbage collection leaves alone.</summary>
/// <param name="Keep">How many different runs of each stage, plan and profile stay.</param>
public sealed record GarbageRules(int Keep)
{
    /// <summary>Things younger than this stay: a run that is under way may have written them and not yet said so.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Runs older than this go, whatever their number, but for the last of each stage; null: however old they are.</summary>
    public TimeSpan? Age { get; init; }

    /// <summary>Keys of work that the caller knows to be wanted, such as that of the plan's present graph: results and checkpoints stay.</summary>
    public IReadOnlyCollection<ContentHash> Needed { get; init; } = [];

    /// <summary>Only counts what would go.</summary>
    public bool IsPreview { get; init; }
}
