using System.Security.Cryptography;
using Slipway.Demo.Onnx;
using TorchSharp;
using Xunit;

namespace Slipway.Demo.Tests.Onnx;

public sealed class OnnxGraphTests
{
    /// <summary>Recorded; ONNX Runtime reads such a model in the tagger's tests.</summary>
    [Fact]
    public void A_model_has_the_recorded_bytes()
    {
        using var weight = torch.arange(300, torch.ScalarType.Float32).view(1, 300);
        var graph = new OnnxGraph();
        var scaled = graph.Node("Mul", ["input", graph.Constant(-0.25f)]);
        var turned = graph.Node("Transpose", [graph.Weight(weight)], OnnxGraph.Attribute("perm", [1, 0]));
        graph.NamedNode("Softmax", [graph.Node("MatMul", [scaled, turned])], "output", OnnxGraph.Attribute("axis", -1));

        var model = graph.ToModel("boat", ("input", [300]), ("output", [1]));

        Assert.StartsWith("a6d8181c5f26f22ca6afed5c33047dfa728cf0252cc7b370aa", Convert.ToHexStringLower(SHA256.HashData(model)), StringComparison.Ordinal);
    }
}
