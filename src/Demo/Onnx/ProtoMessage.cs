using System.Buffers.Binary;
using System.Text;

namespace Slipway.Demo.Onnx;

/// <summary>
/// A protobuf message under construction (protobuf wire format); fields are written in the order of the calls,
/// repeated ones unpacked.
/// </summary>
internal sealed class ProtoMessage
{
    private const int Varint = 0;
    private const int LengthDelimited = 2;
    private const int Fixed32 = 5;
    private readonly List<byte> _bytes = [];

    public ProtoMessage Add(int field, long value)
    {
        Write((ulong)((field << 3) | Varint));
        Write((ulong)value);
        return this;
    }

    public ProtoMessage Add(int field, float value)
    {
        Write((ulong)((field << 3) | Fixed32));
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        _bytes.AddRange(bytes);
        return this;
    }

    public ProtoMessage Add(int field, byte[] value)
    {
        Write((ulong)((field << 3) | LengthDelimited));
        Write((ulong)value.Length);
        _bytes.AddRange(value);
        return this;
    }

    public ProtoMessage Add(int field, string value) => Add(field, Encoding.UTF8.GetBytes(value));

    public ProtoMessage Add(int field, ProtoMessage value) => Add(field, value.ToArray());

    public ProtoMessage AddAll<T>(int field, IEnumerable<T> values, Func<ProtoMessage, int, T, ProtoMessage> add) =>
        values.Aggregate(this, (message, value) => add(message, field, value));

    public byte[] ToArray() => [.. _bytes];

    private void Write(ulong value)
    {
        while (value >= 0x80)
        {
            _bytes.Add((byte)(value | 0x80));
            value >>= 7;
        }

        _bytes.Add((byte)value);
    }
}
