namespace Slipway.Fuzzing.Formats;

/// <summary>What was read contradicts itself, or reads as something else when it is written and read again.</summary>
public sealed class ContradictionException(string message) : Exception(message);
