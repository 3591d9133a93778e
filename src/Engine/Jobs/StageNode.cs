namespace Slipway.Engine.Jobs;

/// <summary>Jobs of one kind that belong together: a line of <c>Status</c>, of the closing table and of the lock file.</summary>
/// <param name="Name">Name of the stage, such as <c>Train</c>.</param>
/// <param name="Version">What it is made for, such as <c>v03</c>; null for what all versions share.</param>
/// <param name="Jobs">Its jobs, in order.</param>
public sealed record StageNode(string Name, string? Version, IReadOnlyList<JobNode> Jobs)
{
    /// <summary>About how long it takes in relation to the others, for the order of the work.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>What one job of it needs of the memory, in bytes, asked when it has to run; null: not known.</summary>
    public Func<long?>? Memory { get; init; }

    /// <summary>Name and version: <c>Train v03</c>.</summary>
    public string Label { get; } = LabelOf(Name, Version);

    /// <summary>A stage's label.</summary>
    public static string LabelOf(string name, string? version) => version is null ? name : $"{name} {version}";
}
