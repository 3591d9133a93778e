using System.Buffers.Binary;
using Slipway.Testing;
using Slipway.Training.Metrics;

namespace Slipway.Training.Tests.Metrics;

/// <summary>An event file that another program wrote: <c>golden/events</c>.</summary>
public sealed class RecordedEventsTests : IDisposable
{
    private static readonly string Recorded = Golden.Path("events/events.out.tfevents.0.recorded");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Its_pictures_are_read()
    {
        var pictures = TensorBoardPictures.Read(Recorded).ToList();

        Assert.Equal([(0, "beach_11"), (2, "beach_11")], pictures.Select(picture => (picture.Step, picture.Name)));
        Assert.All(pictures, picture => Assert.Equal((73, 3, 2), (picture.Png.Length, BinaryPrimitives.ReadInt32BigEndian(picture.Png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(picture.Png.AsSpan(20)))));
    }

    /// <summary>Frames, checksums, numbers and pictures alike, but that a step of 0 is written out here.</summary>
    [Fact]
    public void The_same_figures_and_pictures_are_written_as_the_same_records()
    {
        var png = TensorBoardPictures.Read(Recorded).First().Png;
        string[] pictures = [_folder["000000_beach_11.png"], _folder["000002_beach_11.png"]];
        foreach (var picture in pictures)
            File.WriteAllBytes(picture, png);
        using (var writer = new TensorBoardWriter(_folder["events"], DateTimeOffset.FromUnixTimeMilliseconds(1_000_500)) { PicturesOf = step => step == 1 ? [] : [pictures[step / 2]] })
        {
            writer.Write(new StepMetrics(1, 1, 0.5, 0.25, 2, 1e-4, 0));
            writer.Write(new StepMetrics(2, 1, 0.4, 0.2, 3, 2e-4, 1e-5) { LrTextEncoder2 = 5e-6, LossScale = 65536, Validation = new(0.5, 0.25, 0.75) });
        }

        var (expected, actual) = (Records(Recorded), Records(_folder["events"]));
        Assert.Equal(expected.Select(WithStep), actual.Select(record => record[12..^4]));
        Assert.Equal(expected.Where(HasStep), actual.Where((_, i) => HasStep(expected[i])));
        Assert.Equal(3, expected.Count(HasStep));
    }

    // Behind the length, its checksum and the time: field 2, a varint.
    private static bool HasStep(byte[] record) => record[21] == 0x10;

    private static byte[] WithStep(byte[] record) => HasStep(record) ? record[12..^4] : [.. record[12..21], 0x10, 0, .. record[21..^4]];

    private static List<byte[]> Records(string file)
    {
        var (bytes, records) = (File.ReadAllBytes(file), new List<byte[]>());
        for (var at = 0; at < bytes.Length; at += records[^1].Length)
            records.Add(bytes[at..(at + 16 + (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at)))]);
        return records;
    }
}
