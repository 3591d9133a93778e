namespace Slipway.Pipeline.Plans.Yaml;

/// <summary>Everything that is wrong with a plan, a line each: file, line, column, what, and what to do.</summary>
public sealed class PlanException : Exception
{
    /// <param name="problems">The lines.</param>
    public PlanException(IReadOnlyList<string> problems)
        : base(string.Join('\n', problems)) => Problems = problems;

    /// <summary>The lines.</summary>
    public IReadOnlyList<string> Problems { get; }
}
