using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Files;
using TorchSharp;

namespace Slipway.EndToEnd.Tests;

/// <summary>The whole plan on a base model that is one safetensors file.</summary>
public sealed class SingleFileModelTests(FinishedWorkspace finished) : IDisposable
{
    private static readonly string[] Companions = ["unet", "vae", "text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2", "scheduler"];
    private readonly Workspace _workspace = finished.Copy();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Gives_the_same_weights_as_the_folder_of_the_same_model()
    {
        string[] versions = ["v01", "v02", "v03"];
        var before = versions.Select(Weights).ToArray();
        PackModel();
        _workspace.Edit(("profiles.tiny.base_model", "datasets/packed.safetensors"));

        var ran = await _workspace.RunAsync();

        Assert.Empty(((string[])["Backgrounds: 3", "Train v01: 1", "Train v02: 1", "Train v03: 1", "Samples base: 1"]).Except(ran));
        Assert.Equal(before, versions.Select(Weights));
    }

    /// <summary>SHA-256 of a LoRA's tensors; its metadata name the model's file.</summary>
    private string Weights(string version)
    {
        using var lora = SafetensorsFile.Open(_workspace.Lora(version));
        return lora.ModelHash();
    }

    /// <summary>Weights into one file; sizes that shapes cannot tell, and the tokenizers, into the folder of its name.</summary>
    private void PackModel()
    {
        var folder = _workspace["datasets/tiny-sdxl"];
        using (var model = SdxlCheckpoint.Load(folder, torch.CPU, torch.ScalarType.Float32))
            new SingleFileLayout(_workspace["datasets/packed.safetensors"]).Save(model, torch.ScalarType.Float16);
        foreach (var part in Companions)
        {
            Repository.CopyFolder(Path.Combine(folder, part), _workspace[$"datasets/packed/{part}"]);
            foreach (var weights in Directory.EnumerateFiles(_workspace[$"datasets/packed/{part}"], "*.safetensors"))
                File.Delete(weights);
        }

        Directory.Delete(folder, recursive: true);
        Repository.CopyTo("datasets/tiny-sdxl/tagger", _workspace.Root);
    }
}
