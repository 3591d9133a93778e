using Slipway.Engine.Jobs;
using Slipway.Pipeline.Graph;
using Slipway.Pipeline.Plans.Sections;

namespace Slipway.Pipeline.Tests.Graph;

public sealed class EncoderListingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("dino/onnx/model.onnx", "dino/preprocessor_config.json", null)]
    [InlineData("dino/onnx/model.onnx", "dino/onnx/preprocessor_config.json", null)]
    [InlineData("dino/model.onnx", "dino/preprocessor_config.json", "dino/model.onnx_data")] // Optimum's exports
    [InlineData("dino/model.onnx", "dino/preprocessor_config.json", "dino/model.onnx.data")] // PyTorch's
    public void What_lies_beside_a_model_belongs_to_it(string model, string configuration, string? weights)
    {
        foreach (var file in new[] { model, configuration, weights }.OfType<string>())
            _folder.Write(file, "");

        var files = EncoderListing.Of(new EncoderPlan { Model = model }, _folder.Path);

        Assert.Equal((model, configuration, weights), (PathOf(files.Encoder), PathOf(files.Configuration), PathOf(files.Weights)));

        static string? PathOf(FileRef? file) => file?.Path;
    }
}
