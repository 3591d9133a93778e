using System.Globalization;
using System.Text.RegularExpressions;
using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Modules;
using Slipway.Training.Data;
using Slipway.Training.Hooks;
using Slipway.Training.Loop;
using Slipway.Training.Memory;
using Slipway.Training.Options;
using static TorchSharp.torch;

namespace Slipway.Build.Benches;

/// <summary>
/// One training step, and the most memory that is resident in it: of this process, which is to do nothing else. The processor has no memory of its own beside the
/// host's: what would wait in that waits in a file.
/// </summary>
internal static partial class MemoryStep
{
    /// <summary>Trains with the checkpoint in a folder.</summary>
    /// <param name="checkpoint">The model.</param>
    /// <param name="precision">Of the model.</param>
    /// <param name="options">The training, of one step.</param>
    /// <param name="side">Pixels of the picture's side.</param>
    /// <param name="cancel">Stops it between steps.</param>
    /// <returns>A line that <see cref="Read"/> reads.</returns>
    public static string Take(string checkpoint, ScalarType precision, TrainingOptions options, int side, CancellationToken cancel)
    {
        using var model = SdxlCheckpoint.Load(checkpoint, CPU, precision);
        var estimate = MemoryEstimate.ForTraining(model, options, side, side, isCard: options.BlocksToSwap > 0, isRaised: RaisedPrecision.IsNeededHere);
        var image = new TrainingImage("sail_kun", [.. Enumerable.Range(0, side * side * 3).Select(i => (byte)(i * 7))], side, side, MemorySwitch.Caption, 1);
        var peak = new Peak();
        using var waiting = options.BlocksToSwap > 0 ? new WaitingFile(checkpoint + ".waiting", estimate.Waiting, precision) : null;
        Trainer.Run(model, options, [image], new TrainingSinks { Hooks = [peak], WaitingPlace = waiting }, cancel).Dispose();
        return string.Create(CultureInfo.InvariantCulture, $"In the step: {peak.Bytes} bytes, estimated {estimate.InTraining}.");
    }

    /// <summary>The figures in what a process has said, in bytes.</summary>
    /// <exception cref="InvalidOperationException">There are none.</exception>
    public static (long Measured, long Estimated) Read(string output) => Said().Match(output) is { Success: true } said
        ? (long.Parse(said.Groups["measured"].ValueSpan, CultureInfo.InvariantCulture), long.Parse(said.Groups["estimated"].ValueSpan, CultureInfo.InvariantCulture))
        : throw new InvalidOperationException($"The process that takes a step has said nothing of its memory: {output.Trim()}");

    [GeneratedRegex(@"In the step: (?<measured>\d+) bytes, estimated (?<estimated>\d+)\.", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Said();

    private sealed class Peak : ITrainingHook
    {
        public long Bytes { get; private set; }

        public string Name => "peak";

        public void Begin(TrainingMoment moment) => PeakMemory.ForgetFreed();

        public void AfterStep(TrainingMoment moment) => Bytes = PeakMemory.Bytes();

        public IReadOnlyDictionary<string, Tensor> State() => new Dictionary<string, Tensor>();

        public void Restore(IReadOnlyDictionary<string, Tensor> state)
        {
        }
    }
}
