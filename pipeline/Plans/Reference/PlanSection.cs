using Slipway.Engine.Options;

namespace Slipway.Pipeline.Plans.Reference;

/// <summary>A mapping of a plan, with what may stand in it.</summary>
/// <param name="Key">Its key in the mapping above; empty for the plan's top.</param>
/// <param name="Says">What it is about, in one sentence.</param>
/// <param name="Options">Its options.</param>
internal sealed record PlanSection(string Key, string Says, IReadOnlyList<IOption> Options)
{
    /// <summary>Whether there are many of them, by names that the user gives.</summary>
    public bool IsNamed { get; init; }

    /// <summary>The mappings in it.</summary>
    public IReadOnlyList<PlanSection> Sections { get; init; } = [];
}
