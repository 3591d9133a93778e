using Slipway.Demo.Scenes;
using Slipway.Demo.Tagging;
using Slipway.Imaging.Pictures;
using Slipway.Tagging;
using TorchSharp;
using Xunit;

namespace Slipway.Demo.Tests.Tagging;

public sealed class TaggerNetworkTests
{
    [Fact]
    public void Its_ONNX_file_gives_what_the_network_gives()
    {
        torch.set_num_threads(1);
        torch.random.manual_seed(5);
        using var network = new TaggerNetwork(7);

        // The file keeps weights in half precision: give the network those too.
        network.to(torch.ScalarType.Float16).to(torch.ScalarType.Float32);
        var folder = Directory.CreateTempSubdirectory("slipway-");
        try
        {
            var (model, list) = (Path.Combine(folder.FullName, "model.onnx"), Path.Combine(folder.FullName, "tags.csv"));
            File.WriteAllBytes(model, network.ToOnnx(64));
            File.WriteAllText(list, "tag_id,name,category,count\n" + string.Concat(Enumerable.Range(0, 7).Select(i => $"{i},tag{i},0,1\n")));
            var picture = SceneGenerator.Draw(3, 64).Picture;
            using var tagger = new Tagger(model, list, threads: 1);

            // Two libraries add up in different orders; probabilities agree to a few float32 roundings.
            Assert.All(tagger.Run(picture).Values.Zip(Expected(network, picture)), pair => Assert.Equal(pair.Second, pair.First, 1e-6f));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static float[] Expected(TaggerNetwork network, Picture picture)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var input = torch.tensor(picture.ToRgb()).view(1, 64, 64, 3).permute(0, 3, 1, 2).to(torch.ScalarType.Float32);
        return [.. network.call((input / 127.5f) - 1).sigmoid().data<float>()];
    }
}
