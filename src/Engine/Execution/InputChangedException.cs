namespace Slipway.Engine.Execution;

/// <summary>An input was changed while a stage ran on it. The result was not recorded.</summary>
public sealed class InputChangedException : IOException
{
    /// <param name="stage">Label of the stage.</param>
    /// <param name="path">The input.</param>
    public InputChangedException(string stage, string path)
        : base($"{path} changed while {stage} ran on it; the result was not kept. Run again.")
    {
    }
}
