using System.Text;

namespace Slipway.Testing;

/// <summary>
/// Small image encoders as ONNX files (onnx.proto, IR version 8, opset 17), whose answers can be computed by hand. They take <c>pixel_values</c> [N, 3, S, S]:
/// <c>image_embeds</c> is the mean colour, <c>pooler_output</c> what it is below zero, <c>last_hidden_state</c> has a token for each row, its mean
/// colour, <c>output</c> is the mean colour too; any other name is the picture itself.
/// </summary>
public static class OnnxEncoder
{
    private const int Float = 1;
    private const int Half = 10;

    /// <summary>Writes one.</summary>
    /// <param name="path">Where.</param>
    /// <param name="side">Sides of its pictures; null: any.</param>
    /// <param name="outputs">What it gives, in this order.</param>
    public static void Write(string path, int? side, params string[] outputs) => Write(path, Float, side, [.. outputs.SelectMany(name => Nodes(name, "pixel_values", name))], outputs);

    /// <summary>The same, which takes and gives numbers of 16 bits.</summary>
    public static void WriteHalf(string path, int? side, params string[] outputs) => Write(
        path,
        Half,
        side,
        [Cast("pixel_values", "wide", Float), .. outputs.SelectMany(name => Nodes(name, "wide", $"{name}_wide").Append(Cast($"{name}_wide", name, Half)))],
        outputs);

    private static void Write(string path, int type, int? side, IEnumerable<byte[][]> nodes, string[] outputs)
    {
        byte[][] graph = [.. nodes.Select(node => Message(1, node)), Text(2, "encoder"), Message(11, Value(type, "pixel_values", "batch", 3, side, side)), .. outputs.Select(name => Message(12, Value(type, name)))];
        byte[][] model = [Number(1, 8), Text(2, "slipway"), Message(7, graph), Message(8, [Text(1, ""), Number(2, 17)])];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, [.. model.SelectMany(part => part)]);
    }

    private static IEnumerable<byte[][]> Nodes(string name, string input, string output) => name switch
    {
        "image_embeds" or "output" => [Node("ReduceMean", input, output, Wholes("axes", 2, 3), Whole("keepdims", 0))],
        "pooler_output" => [Node("ReduceMean", input, "mean", Wholes("axes", 2, 3), Whole("keepdims", 0)), Node("Neg", "mean", output)],
        "last_hidden_state" => [Node("ReduceMean", input, "rows", Wholes("axes", 3), Whole("keepdims", 0)), Node("Transpose", "rows", output, Wholes("perm", 0, 2, 1))],
        _ => [Node("Identity", input, output)],
    };

    private static byte[][] Cast(string input, string output, int type) => Node("Cast", input, output, Whole("to", type));

    private static byte[][] Node(string type, string input, string output, params byte[][] attributes) => [Text(1, input), Text(2, output), Text(3, output), Text(4, type), .. attributes];

    private static byte[] Whole(string name, long value) => Message(5, [Text(1, name), Number(3, value), Number(20, 2)]);

    private static byte[] Wholes(string name, params long[] values) => Message(5, [Text(1, name), .. values.Select(value => Number(8, value)), Number(20, 7)]);

    private static byte[][] Value(int type, string name, params object?[] sides)
    {
        byte[][] shape = [.. sides.Select(side => Message(1, side is int known ? [Number(1, known)] : [Text(2, side as string ?? "side")]))];
        byte[][] tensor = sides.Length == 0 ? [Number(1, type)] : [Number(1, type), Message(2, shape)];
        return [Text(1, name), Message(2, Message(1, tensor))];
    }

    private static byte[] Text(int field, string value) => Field(field, Encoding.UTF8.GetBytes(value));

    private static byte[] Message(int field, params byte[][] parts) => Field(field, [.. parts.SelectMany(part => part)]);

    private static byte[] Field(int field, byte[] bytes) => [.. Varint(((ulong)field << 3) | 2), .. Varint((ulong)bytes.Length), .. bytes];

    private static byte[] Number(int field, long value) => [.. Varint((ulong)field << 3), .. Varint((ulong)value)];

    private static IEnumerable<byte> Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            yield return (byte)(value | 0x80);
        yield return (byte)value;
    }
}
