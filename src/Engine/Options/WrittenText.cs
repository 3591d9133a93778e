namespace Slipway.Engine.Options;

/// <summary>A value that stands in no file.</summary>
/// <param name="Text">Its text.</param>
/// <param name="IsPlain">Whether it may be a number, a switch or null.</param>
public sealed record WrittenText(string Text, bool IsPlain = true) : IWrittenText
{
    /// <inheritdoc/>
    public bool IsNull => IsPlain && Text is "" or "~" or "null";

    /// <inheritdoc/>
    public string Kind => IsNull ? "empty" : $"`{Text}`";
}
