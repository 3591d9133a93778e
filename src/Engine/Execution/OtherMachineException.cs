namespace Slipway.Engine.Execution;

/// <summary>A job has another key here than where it was written, so that it would give other bytes under that name. It was not done.</summary>
/// <param name="message">What differs, with both values.</param>
public sealed class OtherMachineException(string message) : Exception(message);
