using System.Diagnostics;
using System.Globalization;

namespace Slipway.Build.Benches;

/// <summary>Seconds and the process's largest resident size, phase by phase.</summary>
/// <param name="say">Takes a line a phase.</param>
internal sealed class PhaseMeter(Action<string> say)
{
    private const double GiB = 1 << 30;

    /// <summary>Does the work and says what it took.</summary>
    /// <param name="name">Of the phase.</param>
    /// <param name="work">The work.</param>
    /// <param name="flop">Its floating-point operations, where they are known.</param>
    public T Measure<T>(string name, Func<T> work, double? flop = null)
    {
        PeakMemory.Forget();
        var clock = Stopwatch.StartNew();
        var result = work();
        Say(name, clock.Elapsed.TotalSeconds, PeakMemory.Bytes() / GiB, flop);
        return result;
    }

    /// <summary>Says what something took.</summary>
    /// <param name="name">Of the phase.</param>
    /// <param name="seconds">Wall time.</param>
    /// <param name="peak">The largest resident size in GiB.</param>
    /// <param name="flop">Its floating-point operations, where they are known.</param>
    public void Say(string name, double seconds, double peak, double? flop = null)
    {
        var rate = flop is { } operations ? string.Create(CultureInfo.InvariantCulture, $", {operations / seconds / 1e9:F0} GFLOP/s") : "";
        say(string.Create(CultureInfo.InvariantCulture, $"{name,-34} {seconds,7:F1} s, peak {peak:F2} GiB{rate}"));
    }

    /// <summary>As <see cref="Measure{T}"/>, of work without a result.</summary>
    public void Measure(string name, Action work, double? flop = null) => Measure(
        name,
        () =>
        {
            work();
            return 0;
        },
        flop);
}
