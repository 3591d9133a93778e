using System.IO.Hashing;
using System.Reflection;
using Slipway.Imaging.Pictures;
using Slipway.Imaging.Resampling;
using Slipway.Testing;

namespace Slipway.Imaging.Tests.Resampling;

/// <summary>
/// The resamplers compute four channels and more at once where the processor can; the hashes are those of what one number after the other gave.
/// </summary>
public sealed class ResamplerBitsTests
{
    private static readonly (int Width, int Height)[] Sizes = [(1, 1), (37, 23), (64, 64), (96, 128), (100, 41), (150, 150), (333, 201)];

    [Fact]
    public void Every_filter_gives_the_recorded_bits()
    {
        Assert.Equal(
            [("Area", 12842323613870382391ul), ("Lanczos", 6788309317283211125ul), ("Bilinear", 15176657628932760377ul), ("Bicubic", 16812352104024584065ul), ("Box", 4035684127549390066ul)],
            [
                ("Area", Hash(picture => Sizes.Where(size => size.Width <= picture.Width && size.Height <= picture.Height).Select(size => AreaResampler.Resize(picture, size.Width, size.Height)))),
                .. Enum.GetValues<PillowFilter>().Select(filter => ($"{filter}", Hash(picture => Sizes.Select(size => PillowResampler.Resize(picture, size.Width, size.Height, filter))))),
            ]);
    }

    /// <summary>AVX2's class, SSE4.2's, and a processor of which nothing is known.</summary>
    [Theory]
    [Trait("Tier", "slow")]
    [InlineData("DOTNET_EnableAVX512=0")]
    [InlineData("DOTNET_EnableAVX2=0")]
    [InlineData("DOTNET_EnableAVX=0")]
    [InlineData("DOTNET_EnableHWIntrinsic=0")]
    public async Task The_bits_are_those_of_every_class_of_processor(string without)
    {
        var test = $"{typeof(ResamplerBitsTests).FullName}.{nameof(Every_filter_gives_the_recorded_bits)}";
        var result = await HostProgram.ResultAsync(HostProgram.Start("env", AppContext.BaseDirectory, [without, "dotnet", Assembly.GetEntryAssembly()!.Location, "-noColor", "-method", test]));
        Assert.True(result.Code == 0 && result.Output.Contains("Total: 1,", StringComparison.Ordinal), $"{result.Output}\n{result.Error}");
    }

    private static ulong Hash(Func<Picture, IEnumerable<Picture>> resize)
    {
        var hash = new XxHash3();
        foreach (var made in Sizes.Append((Width: 300, Height: 300)).Select((size, seed) => Noise(size.Width, size.Height, seed)).SelectMany(resize))
            hash.Append(made.Pixels);
        return hash.GetCurrentHashAsUInt64();
    }

    /// <summary>Opaque noise of a linear congruential generator: full of edges, so that filters overshoot.</summary>
    private static Picture Noise(int width, int height, int seed)
    {
        var state = (uint)seed;
        var rgb = new byte[width * height * 3];
        for (var i = 0; i < rgb.Length; i++)
        {
            state = (state * 1664525) + 1013904223;
            rgb[i] = (byte)(state >> 24);
        }

        return Picture.FromRgb(width, height, rgb);
    }
}
