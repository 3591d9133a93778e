using Slipway.Imaging.Pictures;

namespace Slipway.EndToEnd.Tests;

/// <summary>What the autoencoder and the text encoders computed for one training and another one finds.</summary>
public sealed class TensorCacheTests(FinishedWorkspace finished) : IDisposable
{
    private readonly Workspace _workspace = finished.Copy();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task A_picture_repainted_under_the_same_name_is_encoded_again_and_nothing_else_is()
    {
        foreach (var name in new[] { "a", "b", "c" })
        {
            Paint(name, name[0]);
            File.WriteAllText(_workspace[$"mine/{name}.txt"], $"sail_kun, {name}");
        }

        _workspace.Edit(("datasets.mine", "{ source: folder, folder: mine }"), ("versions.v03.dataset", "mine"), ("versions.v03.text_encoder_lr", "0"));
        Assert.Equal((3 + 3, "Train v03: 1"), await TrainAsync());

        _workspace.Edit(("versions.v03.unet_lr", "1e-3"));
        Assert.Equal((0, "Train v03: 1"), await TrainAsync());

        Paint("b", 'x');
        Assert.Equal((1, "Train v03: 1"), await TrainAsync());

        File.WriteAllText(_workspace["mine/c.txt"], "sail_kun, another");
        Assert.Equal((1, "Train v03: 1"), await TrainAsync());

        File.Move(_workspace["mine/a.png"], _workspace["mine/z.png"]);
        File.Move(_workspace["mine/a.txt"], _workspace["mine/z.txt"]);
        Assert.Equal((0, "Train v03: 1"), await TrainAsync());
    }

    [Fact]
    public async Task What_was_found_trains_the_same_bytes_and_what_is_damaged_is_computed_again()
    {
        _workspace.Edit(("versions.v03.text_encoder_lr", "0"));
        await _workspace.RunAsync(PipelineStage.Training, "v03");
        var expected = File.ReadAllBytes(_workspace.Lora("v03"));
        foreach (var kept in Kept())
        {
            var bytes = File.ReadAllBytes(kept);
            bytes[^1] ^= 1;
            File.WriteAllBytes(kept, bytes);
        }

        var damaged = Kept().Length;
        await AgainAsync(damaged);
        Assert.Equal(expected, File.ReadAllBytes(_workspace.Lora("v03")));
        await AgainAsync(0);
        Assert.Equal(expected, File.ReadAllBytes(_workspace.Lora("v03")));
    }

    // Trains anew: results are forgotten, intermediate ones are not.
    private async Task AgainAsync(int mostDamaged)
    {
        Directory.Delete(_workspace[".slipway/ac"], recursive: true);
        var sink = new RecordingSink();
        await _workspace.RunAsync(PipelineStage.Training, "v03", sink: sink);
        Assert.Equal(mostDamaged > 0, sink.Warnings.Any(line => line.Contains("kept result", StringComparison.Ordinal)));
    }

    private async Task<(int Kept, string Ran)> TrainAsync()
    {
        var before = Kept().Length;
        var ran = Assert.Single(await _workspace.RunAsync(PipelineStage.Training, "v03"));
        return (Kept().Length - before, ran);
    }

    private string[] Kept() => Directory.Exists(_workspace[".slipway/kept"]) ? Directory.GetFiles(_workspace[".slipway/kept"], "*", SearchOption.AllDirectories) : [];

    private void Paint(string name, int shade)
    {
        Directory.CreateDirectory(_workspace["mine"]);
        new Picture(64, 64, [.. Enumerable.Range(0, 64 * 64 * 4).Select(i => i % 4 == 3 ? (byte)255 : (byte)(i * shade))]).SavePng(_workspace[$"mine/{name}.png"]);
    }
}
