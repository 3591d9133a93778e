using BenchmarkDotNet.Attributes;
using Slipway.Demo;
using Slipway.Demo.Scenes;
using Slipway.Imaging.Compositing;
using Slipway.Imaging.Measuring;
using Slipway.Imaging.Pictures;

namespace Slipway.Benchmarks;

/// <summary>What is done to each picture of a dataset, at the embedded model's size.</summary>
public class PictureBenchmarks
{
    private readonly Picture _background = SceneGenerator.Draw(1, 64).Picture;
    private readonly Compositor _compositor = new(Mascot.Draw(1024), "sail_kun");
    private readonly MascotDetector _detector = new(Mascot.Draw(1024));

    /// <summary>Sprite on background.</summary>
    [Benchmark]
    public Picture Compose() => _compositor.Compose(_background, new CompositeOptions(), 1).Picture;

    /// <summary>Is the mascot there?</summary>
    [Benchmark]
    public double? Find() => _detector.Find(_background).Score;

    /// <summary>A picture's PNG bytes.</summary>
    [Benchmark]
    public byte[] Encode() => _background.EncodePng();
}
