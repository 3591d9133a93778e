using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;

namespace Slipway.Training.Metrics;

/// <summary>A picture in a TensorBoard event file.</summary>
/// <param name="Step">Optimizer steps before it was drawn.</param>
/// <param name="Name">Its tag without the first part: <c>beach_11</c> of <c>samples/beach_11</c>.</param>
/// <param name="Png">The PNG file.</param>
public sealed record TensorBoardPicture(int Step, string Name, byte[] Png);

/// <summary>Reads the pictures that <see cref="TensorBoardWriter"/> wrote, one after another; the file's other records are skipped.</summary>
public static class TensorBoardPictures
{
    private const int HeaderLength = 12;
    private const int FooterLength = 4;

    /// <summary>All pictures, in the order of the file; at any time one of them is in memory.</summary>
    /// <param name="path">The event file.</param>
    /// <exception cref="InvalidDataException">It is none, or ends in the middle of a record.</exception>
    public static IEnumerable<TensorBoardPicture> Read(string path)
    {
        using var file = File.OpenRead(path);
        var header = new byte[HeaderLength];
        while (file.Position < file.Length)
        {
            ReadExactly(file, header, path);
            var length = BinaryPrimitives.ReadUInt64LittleEndian(header);
            if (length > (ulong)(file.Length - file.Position))
                throw Broken(path);
            var data = new byte[length];
            ReadExactly(file, data, path);
            file.Seek(FooterLength, SeekOrigin.Current);
            var found = Parse(data, path);
            foreach (var picture in found)
                yield return picture;
        }
    }

    private static List<TensorBoardPicture> Parse(byte[] data, string path)
    {
        try
        {
            var step = 0;
            var pictures = new List<TensorBoardPicture>();
            foreach (var (field, value) in Fields(data))
            {
                if (field == 2)
                    step = (int)value.Number;
                else if (field == 5)
                    pictures.AddRange(Fields(value.Bytes!).Where(part => part.Field == 1).Select(part => Picture(step, part.Value.Bytes!)).OfType<TensorBoardPicture>());
            }

            return pictures;
        }
        catch (InvalidProtocolBufferException)
        {
            throw Broken(path);
        }
    }

    // Summary.Value: tag = 1, image = 4; Image: encoded_image_string = 4.
    private static TensorBoardPicture? Picture(int step, byte[] value)
    {
        var fields = Fields(value).ToDictionary(field => field.Field, field => field.Value);
        if (!fields.TryGetValue(4, out var image) || !fields.TryGetValue(1, out var tag))
            return null;
        var name = Encoding.UTF8.GetString(tag.Bytes!);
        return new TensorBoardPicture(step, name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..], Fields(image.Bytes!).Last(field => field.Field == 4).Value.Bytes!);
    }

    private static List<(int Field, (long Number, byte[]? Bytes) Value)> Fields(byte[] message)
    {
        var fields = new List<(int, (long, byte[]?))>();
        using var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag and not 0)
        {
            var field = WireFormat.GetTagFieldNumber(tag);
            switch (WireFormat.GetTagWireType(tag))
            {
                case WireFormat.WireType.Varint:
                    fields.Add((field, (input.ReadInt64(), null)));
                    break;
                case WireFormat.WireType.LengthDelimited:
                    fields.Add((field, (0, input.ReadBytes().ToByteArray())));
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return fields;
    }

    private static void ReadExactly(FileStream file, byte[] buffer, string path)
    {
        if (file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) < buffer.Length)
            throw Broken(path);
    }

    private static InvalidDataException Broken(string path) => new($"{path} is no intact TensorBoard event file.");
}
