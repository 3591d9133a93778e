using Google.Protobuf;

namespace Slipway.Demo.Onnx;

/// <summary>A message of onnx.proto under construction: fields are written in the order of the calls, repeated ones unpacked.</summary>
internal sealed class OnnxMessage
{
    private readonly List<Action<CodedOutputStream>> _fields = [];

    public OnnxMessage Add(int field, long value) => Add(field, WireFormat.WireType.Varint, output => output.WriteInt64(value));

    public OnnxMessage Add(int field, string value) => Add(field, WireFormat.WireType.LengthDelimited, output => output.WriteString(value));

    public OnnxMessage Add(int field, byte[] value) => Add(field, WireFormat.WireType.LengthDelimited, output => output.WriteBytes(ByteString.CopyFrom(value)));

    public OnnxMessage Add(int field, OnnxMessage value) => Add(field, value.ToArray());

    public OnnxMessage AddAll<T>(int field, IEnumerable<T> values, Func<OnnxMessage, int, T, OnnxMessage> add) =>
        values.Aggregate(this, (message, value) => add(message, field, value));

    public byte[] ToArray()
    {
        using var bytes = new MemoryStream();
        using var output = new CodedOutputStream(bytes);
        _fields.ForEach(write => write(output));
        output.Flush();
        return bytes.ToArray();
    }

    private OnnxMessage Add(int field, WireFormat.WireType type, Action<CodedOutputStream> write)
    {
        _fields.Add(output => output.WriteTag(field, type));
        _fields.Add(write);
        return this;
    }
}
