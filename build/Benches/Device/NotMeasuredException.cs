namespace Slipway.Build.Benches.Device;

/// <summary>Something cannot be measured here, which is nobody's fault.</summary>
/// <param name="reason">Why.</param>
internal sealed class NotMeasuredException(string reason) : Exception(reason);
