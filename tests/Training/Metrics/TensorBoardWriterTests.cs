using System.Buffers.Binary;
using Google.Protobuf;
using Slipway.Training.Metrics;

namespace Slipway.Training.Tests.Metrics;

public sealed class TensorBoardWriterTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Every_record_is_framed_and_checked_and_holds_the_scalars()
    {
        using (var writer = new TensorBoardWriter(_path, DateTimeOffset.FromUnixTimeSeconds(1000)))
        {
            writer.Write(new StepMetrics(1, 1, 0.5, 0.25, 2, 1e-4, 0));
            writer.Write(new StepMetrics(2, 1, 0.4, 0.2, 3, 2e-4, 1e-5));
        }
        var events = Records(File.ReadAllBytes(_path)).Select(Event).ToList();
        Assert.Equal([1000.0, 1001.0, 1002.0], events.Select(e => e.WallTime));
        Assert.Equal([0, 1, 2], events.Select(e => e.Step));
        Assert.Equal("brain.Event:2", events[0].Version);
        Assert.Equal(
            new Dictionary<string, float> { ["loss/current"] = 0.4f, ["loss/average"] = 0.2f, ["norm/grad"] = 3, ["lr/unet"] = 2e-4f, ["lr/textencoder"] = 1e-5f },
            events[2].Scalars);
    }

    [Fact]
    public void A_second_text_encoder_with_its_own_rate_has_a_curve_beside_the_first_s()
    {
        using (var writer = new TensorBoardWriter(_path))
            writer.Write(new StepMetrics(1, 1, 0.5, 0.25, 2, 1e-4, 2e-5) { LrTextEncoder2 = 1e-5 });
        var scalars = Records(File.ReadAllBytes(_path)).Select(Event).Last().Scalars;
        Assert.Equal((2e-5f, 1e-5f), (scalars["lr/textencoder"], scalars["lr/textencoder2"]));
    }

    [Fact]
    public void Validation_is_there_where_a_step_was_measured()
    {
        using (var writer = new TensorBoardWriter(_path))
        {
            writer.Write(new StepMetrics(1, 1, 0.5, 0.25, 2, 1e-4, 0));
            writer.Write(new StepMetrics(2, 1, 0.4, 0.2, 3, 2e-4, 1e-5) { Validation = new(0.5, 0.25, 0.75) });
        }
        var events = Records(File.ReadAllBytes(_path)).Select(Event).ToList();
        Assert.DoesNotContain("loss/val", events[1].Scalars.Keys);
        Assert.Equal((0.5f, 0.25f, 0.75f), (events[2].Scalars["loss/val"], events[2].Scalars["loss/val_subject"], events[2].Scalars["loss/val_background"]));
    }

    // RFC 3720, B.4: the CRC of 32 zero bytes.
    [Fact]
    public void The_checksum_that_the_reader_expects_is_castagnolis() => Assert.Equal(0x8A9136AAu, Castagnoli(new byte[32]));

    private static uint Mask(uint crc) => ((crc >> 15) | (crc << 17)) + 0xA282EAD8;

    // Bit by bit, so that it shares nothing with the writer's.
    private static uint Castagnoli(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var b in data)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0x82F63B78;
        }
        return ~crc;
    }

    private static IEnumerable<byte[]> Records(byte[] file)
    {
        for (var at = 0; at < file.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at));
            Assert.Equal(Mask(Castagnoli(file.AsSpan(at, 8))), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)));
            Assert.Equal(Mask(Castagnoli(file.AsSpan(at + 12, length))), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + length)));
            yield return file[(at + 12)..(at + 12 + length)];
            at += 16 + length;
        }
    }

    private static (double WallTime, long Step, string? Version, Dictionary<string, float> Scalars) Event(byte[] message)
    {
        var (time, step, version, scalars) = (0.0, 0L, (string?)null, new Dictionary<string, float>(StringComparer.Ordinal));
        var input = new CodedInputStream(message);
        while (input.ReadTag() is not 0 and var tag)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1: time = input.ReadDouble(); break;
                case 2: step = input.ReadInt64(); break;
                case 3: version = input.ReadString(); break;
                case 5: ReadSummary(input.ReadBytes(), scalars); break;
                default: throw new InvalidDataException($"Event has an unexpected field, tag {tag}.");
            }
        }
        return (time, step, version, scalars);
    }

    private static void ReadSummary(ByteString message, Dictionary<string, float> scalars)
    {
        var input = message.CreateCodedInput();
        while (input.ReadTag() != 0)
        {
            var value = input.ReadBytes().CreateCodedInput();
            value.ReadTag();
            var name = value.ReadString();
            value.ReadTag();
            scalars[name] = value.ReadFloat();
        }
    }
}
