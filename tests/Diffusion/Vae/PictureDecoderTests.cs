using System.Diagnostics;
using Slipway.Diffusion.Modules;
using Slipway.Diffusion.Vae;
using Slipway.Engine.Execution;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests.Vae;

/// <summary>Alone, as it reads the peak of the whole process.</summary>
[Collection(nameof(PictureDecoderTests))]
[CollectionDefinition(nameof(PictureDecoderTests), DisableParallelization = true)]
public sealed class PictureDecoderTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly AutoencoderKL _vae = new(new VaeConfiguration { BlockOutChannels = [8, 16], LayersPerBlock = 1, NormNumGroups = 4 });
    private readonly List<string> _lines = [];
    private readonly Tensor _latents;

    public PictureDecoderTests()
    {
        WeightSlots.Initialise(_vae);
        _latents = randn([2, 4, 80, 72]);
    }

    public void Dispose()
    {
        _vae.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Together_where_memory_is_enough()
    {
        Assert.Equal(0, Difference.Largest(Decode(100), _vae.Decode(_latents)));
        Assert.Empty(_lines);
    }

    [Fact]
    public void One_by_one_where_it_is_enough_for_one()
    {
        Assert.Equal(0, Difference.Largest(Decode(1.5), cat([_vae.Decode(_latents.narrow(0, 0, 1)), _vae.Decode(_latents.narrow(0, 1, 1))])));
        Assert.Empty(_lines);
    }

    [Fact]
    public void In_tiles_where_it_is_not_and_says_so()
    {
        var decoded = Decode(0.5);
        Assert.Equal(0, Difference.Largest(decoded.narrow(0, 1, 1), _vae.DecodeTiled(_latents.narrow(0, 1, 1), TileGrid.Default)));
        Assert.NotEqual(0, Difference.Largest(decoded, _vae.Decode(_latents)));
        Assert.Contains("decodes in tiles", Assert.Single(_lines), StringComparison.Ordinal);
    }

    /// <summary>What SDXL draws by default is decoded as a whole, at every ratio of sides that it was trained at, and what is larger is not.</summary>
    [Theory]
    [InlineData(1024, 1024, true)]
    [InlineData(1344, 768, true)]
    [InlineData(512, 2048, true)]
    [InlineData(1360, 1360, true)]
    [InlineData(1408, 1408, false)]
    public void SDXLs_own_sizes_are_whole(int width, int height, bool isWhole)
    {
        using var sdxl = new AutoencoderKL(new VaeConfiguration());
        Assert.Equal(isWhole, sdxl.DecodeBytes(height / 8, width / 8) <= PictureDecoder.Most);
    }

    /// <summary>
    /// What is announced is what is needed. Were inner results freed at the end of a block and not when the next layer has them, it
    /// would be twice as much.
    /// </summary>
    [Fact]
    [Trait("Tier", "slow")]
    public async Task Announces_the_memory_that_it_needs()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads a process's peak memory from /proc.");
        Assert.SkipWhen(ProcessorFacts.Read().HidesCaches, "This processor hides its caches: without oneDNN a convolution needs its map nine times over.");
        if (OwnProcess.IsThis)
            MeasureMemory();
        else
            await OwnProcess.RunAsync(typeof(PictureDecoderTests));
    }

    private static void MeasureMemory()
    {
        using var vae = new AutoencoderKL(new VaeConfiguration { BlockOutChannels = [48, 96, 64, 64], LayersPerBlock = 1, NormNumGroups = 16 });
        WeightSlots.Initialise(vae);
        using var noGradient = no_grad();
        using var latents = randn([1, 4, 64, 64]);
        using var picture = rand([1, 3, 512, 512]);
        using var small = rand([1, 3, 64, 64]);
        // What is loaded and made once is there before.
        vae.Decode(vae.Encode(small).Mean).Dispose();
        Assert.InRange(Growth(() => vae.Decode(latents).Dispose()) / (double)vae.DecodeBytes(64, 64), 0.3, 1.25);
        using var large = randn([1, 4, 128, 128]);
        Assert.InRange(Growth(() => vae.Decode(large).Dispose()) / (double)vae.DecodeBytes(128, 128), 0.5, 1.25);
        Assert.InRange(Growth(() => vae.Encode(picture).Mean.Dispose()) / (double)vae.EncodeBytes(64, 64), 0.3, 1.25);
    }

    private Tensor Decode(double pictures)
    {
        using var noGradient = no_grad();
        return new PictureDecoder(_vae, _lines.Add, (long)(pictures * _vae.DecodeBytes(80, 72))).Decode(_latents);
    }

    private static long Growth(Action work)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        PeakMemory.Forget();
        using var process = Process.GetCurrentProcess();
        var before = process.WorkingSet64;
        work();
        return PeakMemory.Bytes() - before;
    }
}
