namespace Slipway.Hub;

/// <summary>The hub does not answer, or answers that it cannot: to be tried again another time.</summary>
/// <param name="message">For the user: what, where, what to do.</param>
/// <param name="inner">What was behind it.</param>
public sealed class HubException(string message, Exception? inner = null) : Exception(message, inner);
