namespace Slipway.Build.Benches.Torture;

/// <summary>Something that must hold did not.</summary>
/// <param name="message">What, after which harm.</param>
internal sealed class TortureException(string message) : Exception(message);
