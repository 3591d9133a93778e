using System.Diagnostics;
using TorchSharp;

namespace Slipway.Build.Benches.Device;

/// <summary>
/// All that has to be looked at on the day when a card is at hand, in one call: whether it computes what the processor does, keeps its memory, stands a shortage of it,
/// goes on where the other stopped, and gives the same twice; then how fast it is. A check that fails does not end the others.
/// </summary>
/// <param name="root">Where Slipway's own data sets are, and a clone's tests.</param>
/// <param name="say">Takes a line as soon as a check is through: nobody knows whether the next one ends the process.</param>
internal sealed class DeviceBench(string root, Action<string> say)
{
    /// <summary>What <c>--scenario</c> calls it.</summary>
    public const string Name = "device";

    /// <summary>How much is done.</summary>
    /// <param name="Flat">Steps in which memory must stay flat.</param>
    /// <param name="Stretch">Steps between two readings of it.</param>
    /// <param name="Resumed">Steps of a training that is stopped half-way.</param>
    /// <param name="Repeated">Steps of the training that is done twice.</param>
    /// <param name="Time">In which all of it is to be done.</param>
    public sealed record Counts(int Flat, int Stretch, int Resumed, int Repeated, TimeSpan Time);

    /// <summary>What a device must stand.</summary>
    public static Counts Full { get; } = new(Flat: 200, Stretch: 10, Resumed: 20, Repeated: 50, Time: TimeSpan.FromMinutes(7));

    /// <summary>Makes all checks.</summary>
    /// <param name="asked">Name of the device; null: whatever is there.</param>
    /// <param name="counts">How much is done.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<DeviceReport> RunAsync(string? asked, Counts counts, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        DeviceUnderTest? device = null;
        var findings = new List<DeviceFinding>();
        async Task AddAsync(IEnumerable<DeviceCheck> checks)
        {
            foreach (var check in checks)
            {
                findings.Add(await FindAsync(check, cancel));
                say($"{findings[^1].Check,-34} {findings[^1].Word,-6}  {findings[^1].Found}");
            }
        }

        await AddAsync([new("libtorch", "12", _ => Loaded(device = DeviceUnderTest.Find(asked)))]);
        if (device is null)
        {
            await AddAsync([DeviceCheck.LeftOut("everything else", "There is no device to check.")]);
        }
        else
        {
            using var fullSize = new FullSizeChecks(device);
            await AddAsync([.. Checks(device, counts, clock), .. fullSize.All, new ChannelsLastCheck(device).Check]);
        }

        return new DeviceReport(device?.Name, findings);
    }

    /// <summary>What comes of one check, whatever it throws.</summary>
    internal static async Task<DeviceFinding> FindAsync(DeviceCheck check, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var clock = Stopwatch.StartNew();
        DeviceFinding Finding(CheckOutcome outcome, string found, IReadOnlyDictionary<string, double>? figures = null) =>
            new(check.Name, outcome, found, check.Allowed, clock.Elapsed.TotalSeconds, figures ?? new Dictionary<string, double>(StringComparer.Ordinal));

        try
        {
            var measured = await check.Measure(cancel);
            return Finding(measured.Holds ? CheckOutcome.Passed : CheckOutcome.Failed, measured.Found, measured.Figures);
        }
        catch (NotMeasuredException exception)
        {
            return Finding(CheckOutcome.NotMeasured, exception.Message);
        }
        catch (Exception exception) when (!cancel.IsCancellationRequested)
        {
            return Finding(CheckOutcome.Failed, exception.Message.Split('\n')[0].Trim());
        }
    }

    private IEnumerable<DeviceCheck> Checks(DeviceUnderTest device, Counts counts, Stopwatch clock)
    {
        var training = new ShortTraining(root);
        return
        [
            .. new GoldenChecks(device, root).All,
            new GoldenTraining(device, root).Check,
            .. new StepChecks(device, training).All,
            new FlatMemoryCheck(device, training).Check(counts.Flat, counts.Stretch),
            .. new ShortageChecks(device, training).All,
            .. new ResumeChecks(device, training).All(counts.Resumed),
            new RepetitionCheck(device, training).Check(counts.Repeated),
            new StoryCheck(device, root).Check(() => counts.Time - clock.Elapsed),
        ];
    }

    private static Measurement Loaded(DeviceUnderTest device)
    {
        using var scope = torch.NewDisposeScope();
        var sum = torch.ones([2, 3], device: device.Torch).matmul(torch.ones([3, 2], device: device.Torch)).sum().cpu().item<float>();
        return new(sum == 12, $"libtorch {torch.__version__} on {device.Name}: {device.Describe()}; the sum of a product is {sum:F0}");
    }
}
