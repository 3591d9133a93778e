namespace Slipway.Engine.Execution;

/// <summary>Several jobs of a run have failed; all others have ended.</summary>
public sealed class RunFailedException : Exception
{
    /// <param name="failures">What went wrong, in the order of the stages; two at least.</param>
    public RunFailedException(IReadOnlyList<Exception> failures)
        : base(string.Join("\n", failures.Select(failure => failure.Message)), failures[0]) => Failures = failures;

    /// <summary>What went wrong, in the order of the stages.</summary>
    public IReadOnlyList<Exception> Failures { get; }
}
