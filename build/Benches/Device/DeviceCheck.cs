namespace Slipway.Build.Benches.Device;

/// <summary>Something that is looked at on a device.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Allowed">What must hold, in words.</param>
/// <param name="Measure">
/// Looks. What goes wrong it throws, as a <see cref="NotMeasuredException"/> where nothing can be said.
/// </param>
internal sealed record DeviceCheck(string Name, string Allowed, Func<CancellationToken, Task<Measurement>> Measure)
{
    /// <summary>Where nothing must hold and a figure is wanted.</summary>
    public const string Anything = "any";

    /// <summary>One whose work waits for nobody.</summary>
    public DeviceCheck(string name, string allowed, Func<CancellationToken, Measurement> measure)
        : this(name, allowed, cancel => Task.Run(() => measure(cancel), cancel))
    {
    }

    /// <summary>One that is not made.</summary>
    /// <param name="name">What the table calls it.</param>
    /// <param name="reason">Why.</param>
    public static DeviceCheck LeftOut(string name, string reason) => new(name, Anything, _ => Task.FromException<Measurement>(new NotMeasuredException(reason)));
}
