using System.Diagnostics;
using static TorchSharp.torch;

namespace Slipway.Build.Benches.Device;

/// <summary>
/// Which layout of maps in memory pays: a normalisation, SiLU and a 3×3 convolution with SDXL's 320 channels, forwards and backwards, channel after channel as the UNet has
/// them, and with a pixel's channels side by side.
/// </summary>
/// <param name="device">What is measured.</param>
internal sealed class ChannelsLastCheck(DeviceUnderTest device)
{
    private const int Channels = 320;
    private const int Groups = 32;
    private const int Times = 7;

    /// <summary>Of a card at 1024 × 1024 pixels; the processor takes a quarter of it.</summary>
    private int Side => device.IsCard ? 128 : 64;

    /// <summary>The check.</summary>
    public DeviceCheck Check => new("channels last", DeviceCheck.Anything, Measure);

    private Measurement Measure(CancellationToken cancel)
    {
        var (first, last) = (Milliseconds(values => values, cancel), Milliseconds(ChannelsLast, cancel));
        return new(Holds: true, FormattableString.Invariant($"{first:F2} ms as it is, {last:F2} ms with channels last, {first / last:F2} times as fast"))
        {
            Figures = new Dictionary<string, double>(StringComparer.Ordinal) { ["milliseconds"] = first, ["milliseconds_channels_last"] = last },
        };
    }

    private double Milliseconds(Func<Tensor, Tensor> layOut, CancellationToken cancel)
    {
        using var scope = NewDisposeScope();
        var maps = layOut(Values(1, Channels, Side, Side)).requires_grad_();
        var kernel = layOut(Values(Channels, Channels, 3, 3));
        var taken = new List<double>();
        var clock = new Stopwatch();
        // The first one sets everything up; the middle of the others counts.
        for (var i = 0; i < Times; i++)
        {
            cancel.ThrowIfCancellationRequested();
            clock.Restart();
            Step(maps, kernel);
            taken.Add(clock.Elapsed.TotalMilliseconds);
        }

        return taken.Skip(1).Order().ElementAt(Times / 2);
    }

    private Tensor Values(params long[] shape) => linspace(-1, 1, shape.Aggregate(1L, (product, side) => product * side), ScalarType.Float32).reshape(shape).to(device.Precision).to(device.Torch);

    // The square's gradient lies in memory as the map does. Reading a number waits for the device.
    private static void Step(Tensor maps, Tensor kernel)
    {
        using var scope = NewDisposeScope();
        var made = nn.functional.conv2d(nn.functional.silu(nn.functional.group_norm(maps, Groups)), kernel, null, [1, 1], [1, 1]);
        _ = autograd.grad([made.square().sum()], [maps])[0].sum().cpu().item<float>();
    }

    private static Tensor ChannelsLast(Tensor maps) => maps.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
}
