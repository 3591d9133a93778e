using Slipway.Testing;
using Slipway.Training.Metrics;

namespace Slipway.Training.Tests.Metrics;

public sealed class TensorBoardPicturesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Events => _folder["events.out.tfevents.0.test"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Pictures_come_back_with_their_steps_and_names_byte_for_byte()
    {
        Write();

        Assert.Equal(
            [(0, "beach_11", 0), (2, "beach_11", 2), (2, "海_11", 3)],
            TensorBoardPictures.Read(Events).Select(picture => (picture.Step, picture.Name, (int)picture.Png[^1])));
        Assert.Equal(Png(3), TensorBoardPictures.Read(Events).Last().Png);
    }

    [Fact]
    public void A_file_that_ends_in_the_middle_is_named()
    {
        Write();
        var bytes = File.ReadAllBytes(Events);
        File.WriteAllBytes(Events, bytes[..^20]);

        var refusal = Assert.Throws<InvalidDataException>(() => TensorBoardPictures.Read(Events).Count());

        Assert.Equal($"{Events} is no intact TensorBoard event file.", refusal.Message);
    }

    [Fact]
    public void What_is_no_event_file_is_refused_before_it_is_read()
    {
        File.WriteAllText(Events, "step,epoch,loss\n1,1,0.5\n");

        Assert.Throws<InvalidDataException>(() => TensorBoardPictures.Read(Events).Count());
    }

    // Of a PNG's header the writer reads width and height; the rest is of no interest here.
    private static byte[] Png(byte last) => [.. Enumerable.Repeat((byte)1, 40), last];

    private void Write()
    {
        var files = new Dictionary<int, string[]> { [0] = ["000000_beach_11.png"], [2] = ["000002_beach_11.png", "000002_海_11.png"] };
        foreach (var (name, last) in files.SelectMany(step => step.Value.Select((name, i) => (name, step.Key + i))))
            File.WriteAllBytes(_folder[name], Png((byte)last));
        using var writer = new TensorBoardWriter(Events) { PicturesOf = step => files.GetValueOrDefault(step, []).Select(name => _folder[name]) };
        writer.Write(new StepMetrics(1, 1, 0.5, 0.5, 1, 1e-3, 1e-3));
        writer.Write(new StepMetrics(2, 1, 0.4, 0.45, 1, 1e-3, 1e-3));
    }
}
