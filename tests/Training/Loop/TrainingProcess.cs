using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Slipway.Training.Data;
using Slipway.Training.Hooks;
using Slipway.Training.Loop;
using Slipway.Training.LoraFiles;
using Slipway.Training.Options;

namespace Slipway.Training.Tests.Loop;

/// <summary>
/// One training in a process of its own, which can be killed at an exact moment. The process is this test program, asked
/// for the one explicit test below.
/// </summary>
public sealed partial class TrainingProcess
{
    private const string Folder = "SLIPWAY_TEST_TRAINING_FOLDER";
    private const string Optimizer = "SLIPWAY_TEST_TRAINING_OPTIMIZER";
    private const string Step = "SLIPWAY_TEST_TRAINING_KILL_STEP";
    private const string Moment = "SLIPWAY_TEST_TRAINING_KILL_MOMENT";

    public const int Steps = 24;

    /// <summary>The exit code after SIGKILL.</summary>
    public const int Killed = 128 + 9;

    /// <summary>The exit code after SIGXFSZ.</summary>
    public const int KilledWhileSaving = 128 + 25;

    private static readonly TrainingImage[] Images =
    [
        TinyModel.Image("2_x/a.png", "sail_kun, beach, sea", 2),
        TinyModel.Image("2_x/b.png", "sail_kun, forest", 2, shade: 30),
        TinyModel.Image("1_y/c.png", "sail_kun, city", 1, size: 24),
    ];

    /// <summary>When a training kills itself.</summary>
    public enum Death
    {
        /// <summary>Never.</summary>
        None,

        /// <summary>After a step, before its checkpoint is written.</summary>
        BeforeSaving,

        /// <summary>Within the file of a checkpoint, which lies under its temporary name.</summary>
        WhileSaving,

        /// <summary>After a step and its checkpoint.</summary>
        AfterSaving,
    }

    /// <summary>A training with everything in it that has state or draws random numbers.</summary>
    public static TrainingOptions Options(string optimizer) => new()
    {
        Network = new() { NetworkDim = 2, NetworkAlpha = 2, ConvDim = 2, ConvAlpha = 2, Dropout = new() { NetworkDropout = 0.1, RankDropout = 0.1, ModuleDropout = 0.1 } },
        Caption = new() { ShuffleCaption = true, KeepTokens = 1, CaptionDropoutRate = 0.1, CaptionTagDropoutRate = 0.1 },
        Optimizer = new() { OptimizerType = optimizer },
        LearningRate = optimizer == OptimizerNames.Prodigy ? 1 : 2e-3,
        LrScheduler = optimizer == OptimizerNames.AdamWScheduleFree ? "constant" : "cosine",
        LrWarmupSteps = optimizer == OptimizerNames.AdamWScheduleFree ? 0 : 3,
        Weighting = new() { MinSnrGamma = 5 },
        Noise = new() { NoiseOffset = 0.05, MultiresNoiseIterations = 3, IpNoiseGamma = 0.1, IpNoiseGammaRandomStrength = true },
        Ema = new() { EmaDecay = 0.8 },
        Saves = new() { SaveEveryNSteps = 5, AverageLastNSaves = 3 },
        TrainBatchSize = 2,
        GradientAccumulationSteps = 2,
        MaxTrainSteps = Steps,
    };

    /// <summary>Trains in a process of its own.</summary>
    /// <returns>Its exit code; <see cref="Killed"/> or <see cref="KilledWhileSaving"/> after its death.</returns>
    public static async Task<int> RunAsync(string folder, string optimizer, Death death = Death.None, int step = 0)
    {
        string[] arguments = [typeof(TrainingProcess).Assembly.Location, "-noColor", "-explicit", "only", "-method", $"{typeof(TrainingProcess).FullName}.{nameof(Train)}"];
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, UseShellExecute = false };
        (start.Environment[Folder], start.Environment[Optimizer]) = (folder, optimizer);
        (start.Environment[Step], start.Environment[Moment]) = (step.ToString(CultureInfo.InvariantCulture), death.ToString());
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode is 0 or Killed or KilledWhileSaving, output);
        return process.ExitCode;
    }

    /// <summary>The same training in this process, without checkpoints.</summary>
    public static byte[] Alone(string folder, string optimizer) => TrainIn(folder, optimizer, new TrainingSinks());

    /// <summary>What a training in <paramref name="folder"/> has ended with.</summary>
    public static byte[] Result(string folder) => File.ReadAllBytes(Path.Combine(folder, "lora.safetensors"));

    [Fact(Explicit = true)]
    public void Train()
    {
        var folder = Environment.GetEnvironmentVariable(Folder);
        Assert.SkipWhen(folder is null, "Part of KilledTrainingTests, which start it.");
        var (step, death) = (int.Parse(Environment.GetEnvironmentVariable(Step)!, CultureInfo.InvariantCulture), Enum.Parse<Death>(Environment.GetEnvironmentVariable(Moment)!));
        TrainIn(folder, Environment.GetEnvironmentVariable(Optimizer)!, new TrainingSinks
        {
            CheckpointFolder = Path.Combine(folder, "states"),
            CheckpointEverySteps = 3,
            Hooks = [new Killer(step, death)],
            Progress = progress =>
            {
                if (death == Death.AfterSaving && progress.Metrics.Step >= step)
                    Kill();
            },
        });
    }

    private static byte[] TrainIn(string folder, string optimizer, TrainingSinks sinks)
    {
        using var model = TinyModel.Create();
        using var network = Trainer.Run(model, Options(optimizer), Images, sinks, TestContext.Current.CancellationToken);
        LoraFile.Save(network, Path.Combine(folder, "lora.safetensors"), new Dictionary<string, string>(StringComparer.Ordinal));
        return Result(folder);
    }

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, ref Limit limit);

    // On Unix this is SIGKILL: no handler, no finally, no flush.
    private static void Kill()
    {
        using var self = Process.GetCurrentProcess();
        self.Kill();
        Thread.Sleep(Timeout.Infinite);
    }

    private sealed class Killer(int step, Death death) : ITrainingHook
    {
        private bool _isTime;

        public string Name => "killer";

        public void AfterStep(TrainingMoment moment)
        {
            _isTime = moment.Step >= step;
            if (_isTime && death == Death.BeforeSaving)
                Kill();
        }

        /// <summary>Called when a checkpoint is about to be written.</summary>
        public IReadOnlyDictionary<string, Tensor> State()
        {
            if (_isTime && death == Death.WhileSaving)
                LimitFiles();
            return new Dictionary<string, Tensor>(StringComparer.Ordinal);
        }

        public void Restore(IReadOnlyDictionary<string, Tensor> state)
        {
        }

        /// <summary>The system kills the process (SIGXFSZ) as soon as it writes behind the first bytes of a file: in its middle, however fast or slow that is.</summary>
        private static void LimitFiles()
        {
            const int FileSize = 1; // RLIMIT_FSIZE
            var limit = new Limit(4096, 4096);
            Assert.Equal(0, SetLimit(FileSize, ref limit));
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Limit(nuint Current, nuint Most);
}
