using Slipway.Demo.Onnx;
using Slipway.Diffusion.Devices;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Slipway.Demo.Tagging;

/// <summary>
/// The embedded tagger: six 3×3 convolutions, the mean and the maximum over all places, one linear layer. Judges
/// pictures of 64 pixels a side.
/// </summary>
internal sealed class TaggerNetwork : Module<Tensor, Tensor>
{
    private static readonly (int Channels, int Stride)[] Layers = [(24, 2), (32, 1), (64, 2), (64, 1), (96, 2), (96, 1)];
    private readonly ModuleList<Conv2d> _convolutions;
    private readonly Linear _tags;

    public TaggerNetwork(int tags)
        : base(nameof(TaggerNetwork))
    {
        ProcessorLibraries.Require();
        var channels = Layers.Select(layer => layer.Channels).Prepend(3).ToArray();
        _convolutions = new ModuleList<Conv2d>(
            [.. Layers.Select((layer, i) => Conv2d(channels[i], layer.Channels, 3, stride: layer.Stride, padding: 1))]);
        _tags = Linear(channels[^1] * 2, tags);
        foreach (var convolution in _convolutions)
        {
            init.kaiming_normal_(convolution.weight);
            init.zeros_(convolution.bias);
        }

        RegisterComponents();
    }

    /// <param name="input">RGB [B, 3, 64, 64] in [−1, 1].</param>
    /// <returns>Logits [B, tags].</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var hidden = input;
        foreach (var convolution in _convolutions)
            hidden = functional.relu(convolution.call(hidden));

        var places = hidden.flatten(2);
        return _tags.call(cat([places.mean([2L]), places.amax([2L])], 1)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The same as an ONNX model with WD14's contract: NHWC, BGR, 0 to 255 in; probabilities out.
    /// </summary>
    /// <param name="size">Side of the pictures in pixels.</param>
    public byte[] ToOnnx(int size)
    {
        var graph = new OnnxGraph();
        const string input = "input_1:0";
        var hidden = graph.Node("Transpose", [input], OnnxGraph.Attribute("perm", [0, 3, 1, 2]));
        hidden = graph.Node("Mul", [hidden, graph.Constant(1 / 127.5f)]);
        hidden = graph.Node("Sub", [hidden, graph.Constant(1)]);
        for (var i = 0; i < Layers.Length; i++)
        {
            // The first layer's inputs are turned round: it learned RGB and is given BGR.
            using var weight = i == 0 ? _convolutions[i].weight.flip(1) : _convolutions[i].weight.alias();
            hidden = graph.Node(
                "Conv",
                [hidden, graph.Weight(weight), graph.Weight(_convolutions[i].bias!)],
                OnnxGraph.Attribute("kernel_shape", [3, 3]),
                OnnxGraph.Attribute("pads", [1, 1, 1, 1]),
                OnnxGraph.Attribute("strides", [Layers[i].Stride, Layers[i].Stride]));
            hidden = graph.Node("Relu", [hidden]);
        }

        var mean = graph.Node("Flatten", [graph.Node("GlobalAveragePool", [hidden])]);
        var maximum = graph.Node("Flatten", [graph.Node("GlobalMaxPool", [hidden])]);
        var both = graph.Node("Concat", [mean, maximum], OnnxGraph.Attribute("axis", 1));
        var logits = graph.Node("Gemm", [both, graph.Weight(_tags.weight), graph.Weight(_tags.bias!)], OnnxGraph.Attribute("transB", 1));
        const string output = "predictions_sigmoid";
        graph.NamedNode("Sigmoid", [logits], output);
        return graph.ToModel("slipway_tagger", (input, [size, size, 3]), (output, [_tags.weight.shape[0]]));
    }
}
