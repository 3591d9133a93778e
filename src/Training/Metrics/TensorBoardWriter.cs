using System.Buffers.Binary;
using Google.Protobuf;

namespace Slipway.Training.Metrics;

/// <summary>
/// A TensorBoard event file (<c>events.out.tfevents.*</c>): TFRecord frames (length, masked CRC-32C, data, masked CRC-32C)
/// around <c>tensorflow.Event</c> messages. Scalars carry sd-scripts' names: <c>loss/current</c>, <c>loss/average</c>,
/// <c>norm/grad</c>, <c>lr/unet</c>, <c>lr/textencoder</c>; where the second text encoder has its own rate <c>lr/textencoder2</c>; and where a step was measured <c>loss/val</c>,
/// <c>loss/val_subject</c>, <c>loss/val_background</c>; where the loss is scaled <c>loss/scale</c>.
/// The wall time of step n is the given start plus n seconds: equal trainings give equal bytes.
/// </summary>
public sealed class TensorBoardWriter : IMetricsSink, IDisposable
{
    private readonly FileStream _file;
    private readonly double _start;

    /// <param name="path">TensorBoard reads a file only if its name holds "tfevents".</param>
    /// <param name="startTime">Wall time of step 0; the Unix epoch if not given.</param>
    public TensorBoardWriter(string path, DateTimeOffset? startTime = null)
    {
        _file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read);
        _start = (startTime ?? DateTimeOffset.UnixEpoch).ToUnixTimeMilliseconds() / 1000.0;
        WriteRecord(Event(0, output =>
        {
            output.WriteTag(3, WireFormat.WireType.LengthDelimited);
            output.WriteString("brain.Event:2");
        }));
    }

    /// <summary>PNG files of a step, 0 being before the first; they must be there when the step's figures are written.</summary>
    public Func<int, IEnumerable<string>> PicturesOf { get; init; } = _ => [];

    /// <inheritdoc/>
    public void Write(StepMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        if (metrics.Step == 1)
            WritePictures(0);
        var summary = Message(output =>
        {
            WriteValue(output, "loss/current", metrics.Loss);
            WriteValue(output, "loss/average", metrics.AverageLoss);
            if (metrics.LossScale is null || !double.IsNaN(metrics.GradNorm))
                WriteValue(output, "norm/grad", metrics.GradNorm);
            WriteValue(output, "lr/unet", metrics.LrUNet);
            WriteValue(output, "lr/textencoder", metrics.LrTextEncoder);
            if (metrics.LrTextEncoder2 is { } second)
                WriteValue(output, "lr/textencoder2", second);
            if (metrics.LossScale is { } scale)
                WriteValue(output, "loss/scale", scale);
            if (metrics.Validation is { } validation)
                WriteValidation(output, validation);
        });
        WriteRecord(Event(metrics.Step, output =>
        {
            output.WriteTag(5, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(summary));
        }));
        WritePictures(metrics.Step);
        _file.Flush();
    }

    private void WritePictures(int step)
    {
        foreach (var path in PicturesOf(step))
        {
            var name = Path.GetFileNameWithoutExtension(path);
            WriteRecord(Event(step, output =>
            {
                output.WriteTag(5, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(ByteString.CopyFrom(Message(value => WriteImage(value, "samples/" + name[(name.IndexOf('_', StringComparison.Ordinal) + 1)..], File.ReadAllBytes(path)))));
            }));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // Event: wall_time = 1 (double), step = 2 (int64), file_version = 3 (string), summary = 5 (message).
    private byte[] Event(int step, Action<CodedOutputStream> what) => Message(output =>
    {
        output.WriteTag(1, WireFormat.WireType.Fixed64);
        output.WriteDouble(_start + step);
        output.WriteTag(2, WireFormat.WireType.Varint);
        output.WriteInt64(step);
        what(output);
    });

    private static void WriteValidation(CodedOutputStream output, ValidationLosses losses)
    {
        WriteValue(output, "loss/val", losses.Total);
        if (double.IsNaN(losses.Subject))
            return;
        WriteValue(output, "loss/val_subject", losses.Subject);
        WriteValue(output, "loss/val_background", losses.Background);
    }

    // Summary: value = 1 (repeated); Summary.Value: tag = 1 (string), simple_value = 2 (float).
    private static void WriteValue(CodedOutputStream output, string tag, double value)
    {
        var message = Message(inner =>
        {
            inner.WriteTag(1, WireFormat.WireType.LengthDelimited);
            inner.WriteString(tag);
            inner.WriteTag(2, WireFormat.WireType.Fixed32);
            inner.WriteFloat((float)value);
        });
        output.WriteTag(1, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(message));
    }

    // Summary.Value: tag = 1, image = 4; Image: height = 1, width = 2, colorspace = 3 (3: RGB), encoded_image_string = 4.
    private static void WriteImage(CodedOutputStream output, string tag, byte[] png)
    {
        var image = Message(inner =>
        {
            foreach (var (field, number) in new[] { (1, PngSide(png, 20)), (2, PngSide(png, 16)), (3, 3) })
            {
                inner.WriteTag(field, WireFormat.WireType.Varint);
                inner.WriteInt32(number);
            }
            inner.WriteTag(4, WireFormat.WireType.LengthDelimited);
            inner.WriteBytes(ByteString.CopyFrom(png));
        });
        var message = Message(inner =>
        {
            inner.WriteTag(1, WireFormat.WireType.LengthDelimited);
            inner.WriteString(tag);
            inner.WriteTag(4, WireFormat.WireType.LengthDelimited);
            inner.WriteBytes(ByteString.CopyFrom(image));
        });
        output.WriteTag(1, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(message));
    }

    // Width and height stand at fixed places of a PNG's first chunk.
    private static int PngSide(byte[] png, int at) => BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var buffer = new MemoryStream();
        using (var output = new CodedOutputStream(buffer, leaveOpen: true))
            write(output);
        return buffer.ToArray();
    }

    private void WriteRecord(byte[] data)
    {
        Span<byte> header = stackalloc byte[12];
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], Crc32C.Masked(header[..8]));
        Span<byte> footer = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(footer, Crc32C.Masked(data));
        _file.Write(header);
        _file.Write(data);
        _file.Write(footer);
    }
}
