using Slipway.Training.Data;
using Slipway.Training.Loop;
using Slipway.Training.Networks;
using Slipway.Training.Options;
using TorchSharp;

namespace Slipway.Build.Benches.Device;

/// <summary>Short trainings of the embedded model, the same whatever computes them: two pictures, text encoders and convolutions too.</summary>
/// <param name="root">Where Slipway's own data sets are.</param>
internal sealed class ShortTraining(string root)
{
    /// <summary>Where the embedded model lies, relative to that.</summary>
    public const string EmbeddedModel = "datasets/tiny-sdxl";

    private const int Side = 64;

    /// <summary>How it learns; the number of steps is for whoever asks.</summary>
    public static TrainingOptions Options { get; } = new()
    {
        Network = new() { NetworkDim = 4, NetworkAlpha = 4, ConvDim = 4, ConvAlpha = 4 },
        LearningRate = 1e-3,
        TrainBatchSize = 2,
        Weighting = new() { MinSnrGamma = 5 },
    };

    private static readonly TrainingImage[] Images = [Image("a.png", "sail_kun, beach", 3), Image("b.png", "sail_kun, forest", 5)];

    /// <summary>Full path of the embedded model.</summary>
    public string Model => Path.Combine(root, EmbeddedModel);

    /// <summary>Trains on a device, of the processor with one thread: what is so small gains nothing from more.</summary>
    /// <returns>All values that were trained.</returns>
    public float[] Run(DeviceUnderTest device, torch.ScalarType precision, TrainingOptions options, TrainingSinks sinks, CancellationToken cancel)
    {
        torch.set_num_threads(1);
        using var model = device.Load(Model, precision);
        using var network = Trainer.Run(model, options, Images, sinks, cancel);
        return Values(network);
    }

    /// <summary>The values that a training begins with.</summary>
    public float[] Initial()
    {
        using var model = new DeviceUnderTest("cpu").Load(Model, torch.ScalarType.Float32);
        using var network = LoraNetwork.Create(model, Options.Network, Options.Seed);
        return Values(network);
    }

    /// <summary>How far two trainings have come apart, as a share of the way from where both began; NaN where one has no numbers.</summary>
    public static double Distance(float[] found, float[] expected, float[] initial) => Norm(found, expected) / Norm(expected, initial);

    private static double Norm(float[] a, float[] b) => Math.Sqrt(a.Zip(b, (x, y) => ((double)x - y) * ((double)x - y)).Sum());

    private static float[] Values(LoraNetwork network)
    {
        using var scope = torch.NewDisposeScope();
        return [.. network.Adapters.SelectMany(adapter => adapter.Parameters).SelectMany(parameter => parameter.Value.detach().cpu().data<float>().ToArray())];
    }

    private static TrainingImage Image(string name, string caption, int stripes)
    {
        var rgb = new byte[Side * Side * 3];
        for (var i = 0; i < rgb.Length; i++)
            rgb[i] = (byte)(i / 3 % Side * stripes * (1 + (i % 3)));
        return new TrainingImage($"1_x/{name}", rgb, Side, Side, caption, Repeats: 1);
    }
}
