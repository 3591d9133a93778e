using BenchmarkDotNet.Attributes;
using Slipway.Imaging.Pictures;
using Slipway.Imaging.Resampling;

namespace Slipway.Benchmarks;

/// <summary>Photos brought to the size at which SDXL sees them.</summary>
public class ResamplerBenchmarks
{
    private readonly Picture _small = Noise(640, 640);
    private readonly Picture _large = Noise(2048, 2048);
    private readonly Picture _photo = Noise(4000, 3000);

    /// <summary>640² to 1024².</summary>
    [Benchmark]
    public Picture Lanczos() => PillowResampler.Resize(_small, 1024, 1024, PillowFilter.Lanczos);

    /// <summary>2048² to 1000².</summary>
    [Benchmark]
    public Picture LanczosDown() => PillowResampler.Resize(_large, 1000, 1000, PillowFilter.Lanczos);

    /// <summary>4000 × 3000 to 1024 × 768.</summary>
    [Benchmark]
    public Picture LanczosPhoto() => PillowResampler.Resize(_photo, 1024, 768, PillowFilter.Lanczos);

    /// <summary>2048² to 64².</summary>
    [Benchmark]
    public Picture LanczosSmall() => PillowResampler.Resize(_large, 64, 64, PillowFilter.Lanczos);

    /// <summary>2048² to 1000².</summary>
    [Benchmark]
    public Picture Area() => AreaResampler.Resize(_large, 1000, 1000);

    /// <summary>2048² to 1024².</summary>
    [Benchmark]
    public Picture AreaByHalves() => AreaResampler.Resize(_large, 1024, 1024);

    private static Picture Noise(int width, int height)
    {
        var rgb = new byte[width * height * 3];
        new Random(1).NextBytes(rgb);
        return Picture.FromRgb(width, height, rgb);
    }
}
