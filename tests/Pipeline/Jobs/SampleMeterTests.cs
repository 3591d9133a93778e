using Slipway.Imaging.Compositing;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Jobs;
using Slipway.Tagging;

namespace Slipway.Pipeline.Tests.Jobs;

public sealed class SampleMeterTests
{
    private const int Together = 8;

    [Fact]
    [Trait("Tier", "slow")] // It finds a sprite, and calibrates what finds it.
    public void Of_many_pictures_eight_are_decoded_at_a_time()
    {
        var folder = Path.Combine(Repository.Root, "datasets", "tiny-sdxl", "tagger");
        using var tagger = new Tagger(Path.Combine(folder, "model.onnx"), Path.Combine(folder, "selected_tags.csv"), threads: 1);
        var sprite = Picture.Load(Path.Combine(Repository.Root, "datasets", "sail_kun", "sail_kun.png"));
        var meter = new SampleMeter(new MascotMeter(sprite, new CompositeOptions(), [Page(0), Page(51)]), tagger, tagThreshold: 0.35);
        var decoded = 0;
        IEnumerable<PictureToMeasure> Pictures()
        {
            for (var i = 0; i < (2 * Together) + 1; i++)
            {
                decoded++;
                yield return new PictureToMeasure(Page((byte)i), null, null);
            }
        }

        var when = meter.Measure(Pictures()).Select(_ => decoded).ToList();

        Assert.Equal([.. Enumerable.Repeat(Together, Together), .. Enumerable.Repeat(2 * Together, Together), (2 * Together) + 1], when);
    }

    private static Picture Page(byte grey) => Picture.FromGrey(64, 64, [.. Enumerable.Repeat(grey, 64 * 64)]);
}
