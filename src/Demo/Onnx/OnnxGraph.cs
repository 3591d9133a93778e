using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Slipway.Demo.Onnx;

/// <summary>
/// Writes an ONNX model (onnx.proto, IR version 8, opset 17), node by node. Each call returns the name of what the
/// node gives. Weights are kept in f16 and cast when the model is loaded, to be half as large.
/// </summary>
internal sealed class OnnxGraph
{
    private const int Float = 1;
    private const int Float16 = 10;
    private readonly OnnxMessage _graph = new();
    private readonly List<OnnxMessage> _initializers = [];
    private int _names;

    /// <summary>A node with one result.</summary>
    public string Node(string type, IReadOnlyList<string> inputs, params OnnxMessage[] attributes) => NamedNode(type, inputs, $"{type.ToLowerInvariant()}_{_names++}", attributes);

    /// <summary>A node whose result has a given name: the graph's output.</summary>
    public string NamedNode(string type, IReadOnlyList<string> inputs, string output, params OnnxMessage[] attributes)
    {
        var node = new OnnxMessage()
            .AddAll(1, inputs, (message, field, value) => message.Add(field, value))
            .Add(2, output)
            .Add(3, output)
            .Add(4, type)
            .AddAll(5, attributes, (message, field, value) => message.Add(field, value));
        _graph.Add(1, node);
        return output;
    }

    /// <summary>A weight, kept in f16, used in f32.</summary>
    public string Weight(Tensor value)
    {
        using var half = value.detach().to(ScalarType.Float16).contiguous();
        var name = Initializer(half.shape, Float16, half.bytes.ToArray());
        return Node("Cast", [name], Attribute("to", Float));
    }

    /// <summary>An f32 constant without dimensions.</summary>
    public string Constant(float value) => Initializer([], Float, MemoryMarshal.AsBytes(new[] { value }.AsSpan()).ToArray());

    /// <summary>A whole number.</summary>
    public static OnnxMessage Attribute(string name, long value) => new OnnxMessage().Add(1, name).Add(3, value).Add(20, 2L);

    /// <summary>A list of whole numbers.</summary>
    public static OnnxMessage Attribute(string name, IReadOnlyList<long> values) =>
        new OnnxMessage().Add(1, name).AddAll(8, values, (message, field, value) => message.Add(field, value)).Add(20, 7L);

    /// <summary>The whole model's bytes; the first dimension of input and output is free.</summary>
    public byte[] ToModel(string name, (string Name, long[] Shape) input, (string Name, long[] Shape) output)
    {
        _graph.Add(2, name).AddAll(5, _initializers, (message, field, value) => message.Add(field, value));
        _graph.Add(11, ValueInfo(input)).Add(12, ValueInfo(output));
        return new OnnxMessage()
            .Add(1, 8L)
            .Add(2, "slipway")
            .Add(7, _graph)
            .Add(8, new OnnxMessage().Add(1, string.Empty).Add(2, 17L))
            .ToArray();
    }

    private string Initializer(long[] shape, long type, byte[] raw)
    {
        var name = $"weight_{_initializers.Count}";
        _initializers.Add(new OnnxMessage()
            .AddAll(1, shape, (message, field, value) => message.Add(field, value))
            .Add(2, type)
            .Add(8, name)
            .Add(9, raw));
        return name;
    }

    private static OnnxMessage ValueInfo((string Name, long[] Shape) value)
    {
        var shape = new OnnxMessage().Add(1, new OnnxMessage().Add(2, "batch"))
            .AddAll(1, value.Shape, (message, field, size) => message.Add(field, new OnnxMessage().Add(1, size)));
        var tensor = new OnnxMessage().Add(1, (long)Float).Add(2, shape);
        return new OnnxMessage().Add(1, value.Name).Add(2, new OnnxMessage().Add(1, tensor));
    }
}
