using System.Security.Cryptography;
using Slipway.Demo.Recipes;
using Slipway.Demo.Scenes;
using Slipway.Diffusion.Checkpoints;
using Slipway.Tagging;
using Slipway.Testing;
using TorchSharp;
using Xunit;

namespace Slipway.Demo.Tests.Recipes;

/// <summary>The recipe of the embedded model from end to end, with a few steps of each part.</summary>
[Trait("Tier", "slow")]
public sealed class DemoModelsTests
{
    [Fact]
    public void Trains_a_model_and_a_tagger_that_load_and_again_in_the_same_bytes()
    {
        torch.set_num_threads(1);
        using var first = new TemporaryFolder();
        using var second = new TemporaryFolder();
        Train(first.Path);
        Train(second.Path);

        using var model = SdxlCheckpoint.Load(first.Path, torch.CPU, torch.ScalarType.Float32);
        using var tagger = new Tagger(Path.Combine(first.Path, "tagger", "model.onnx"), Path.Combine(first.Path, "tagger", "selected_tags.csv"));
        Assert.Equal(SceneGenerator.Side, model.DefaultSize);
        Assert.Equal(Hashes(first.Path), Hashes(second.Path));
    }

    private static void Train(string folder)
        => new DemoModels(folder) { VaeSteps = 2, DecoderSteps = 2, UNetSteps = 2, Scenes = 32, TaggerSteps = 2 }.Train(_ => { });

    private static Dictionary<string, string> Hashes(string folder)
        => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(
            file => Path.GetRelativePath(folder, file), file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))), StringComparer.Ordinal);
}
