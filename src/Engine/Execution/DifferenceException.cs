namespace Slipway.Engine.Execution;

/// <summary>A result is another than what was accepted or recorded. Nothing failed.</summary>
/// <param name="message">What differs, a line each.</param>
public sealed class DifferenceException(string message) : Exception(message);
