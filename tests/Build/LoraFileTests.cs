using System.Globalization;
using System.IO.Enumeration;
using System.Text.RegularExpressions;
using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Files;
using Slipway.Training.LoraFiles;
using Slipway.Training.Networks;
using Slipway.Training.Options;
using static TorchSharp.torch;

namespace Slipway.Build.Tests;

/// <summary><c>--target=Merge</c>, <c>Extract</c> and <c>Resize</c> for real, on the embedded model.</summary>
[Trait("Tier", "slow")]
public sealed class LoraFileTests : IDisposable
{
    private readonly Host _host = new Host().Furnished();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task A_merge_is_the_weighted_sum_with_the_error_that_it_states()
    {
        WriteLora("a.safetensors", 1);
        WriteLora("artifacts/lora/b.safetensors", 2);

        var exact = await RunAsync("Merge", "--lora=a.safetensors:0.7", "--lora=b:-0.3", "--out=out/exact.safetensors");
        var reduced = await RunAsync("Merge", "--lora=a.safetensors:0.7", "--lora=b:-0.3", "--rank=3", "--conv-rank=2", "--save-precision=bf16", "--out=reduced.safetensors");

        Assert.Matches(@"^out/exact\.safetensors: \d+ layers, rank 4; relative error [0-9.E-]+ overall", exact);
        Assert.Matches(@"^reduced\.safetensors: \d+ layers, ranks 2 to 3; relative error 0\.\d+ overall", reduced);
        Assert.InRange(Overall(exact), 0, 1e-6);
        var (a, b, sum, few) = (Deltas("a.safetensors"), Deltas("artifacts/lora/b.safetensors"), Deltas("out/exact.safetensors"), Deltas("reduced.safetensors"));
        Assert.Equal(a.Keys, sum.Keys);
        var (lost, all) = (0.0, 0.0);
        foreach (var name in a.Keys)
        {
            var expected = (0.7 * a[name]) - (0.3 * b[name]);
            Assert.InRange((sum[name] - expected).norm().item<float>() / expected.norm().item<float>(), 0, 1e-5);
            lost += Math.Pow((few[name] - expected).norm().item<float>(), 2);
            all += Math.Pow(expected.norm().item<float>(), 2);
        }

        // The line gives three digits.
        Assert.Equal(Math.Sqrt(lost / all), Overall(reduced), 2e-3);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("folder")]
    public async Task What_is_merged_into_a_model_is_extracted_from_it_again(string layout)
    {
        WriteLora("a.safetensors", 1);
        var (model, tuned) = ("datasets/tiny-sdxl", "tuned");
        if (layout == "file")
        {
            using (var whole = SdxlCheckpoint.Load(_host[model], CPU, ScalarType.Float32))
                new SingleFileLayout(_host["base.safetensors"]).Save(whole, ScalarType.Float16);
            (model, tuned) = ("base.safetensors", "tuned.safetensors");
        }

        var merged = await RunAsync("Merge", $"--model={model}", "--lora=a.safetensors:0.5", "--save-precision=float", $"--out={tuned}");
        var extracted = await RunAsync("Extract", $"--base={model}", $"--tuned={tuned}", "--rank=2", "--conv-rank=2", "--out=x.safetensors");

        Assert.InRange(Overall(merged), 0, 1e-6);
        Assert.InRange(Overall(extracted), 0, 1e-4);
        var (before, after) = (Deltas("a.safetensors"), Deltas("x.safetensors"));
        Assert.All(before.Keys, name => Assert.InRange((after[name] - (0.5 * before[name])).norm().item<float>() / before[name].norm().item<float>(), 0, 1e-4));
        if (layout == "folder")
            SdxlCheckpoint.Load(_host[tuned], CPU, ScalarType.Float32).Dispose();
    }

    [Fact]
    public async Task A_resized_LoRA_keeps_its_training_and_its_precision()
    {
        WriteLora("a.safetensors", 1, ScalarType.Float16, new() { ["ss_tag_frequency"] = "{}" });

        var output = await RunAsync("Resize", "--lora=a.safetensors", "--rank=2", "--dynamic=sv_fro", "--dynamic-param=0.8", "--out=x.safetensors");

        // Of two values one goes, the lesser: at most 1/√2 of the norm.
        Assert.InRange(Overall(output), 0.01, 0.708);
        using var file = SafetensorsFile.Open(_host["x.safetensors"]);
        Assert.Equal("{}", file.Metadata["ss_tag_frequency"]);
        Assert.All(file.Tensors.Values, tensor => Assert.Equal(ScalarType.Float16, tensor.Type));
    }

    [Theory]
    [InlineData("Merge", "--rank=0", "Error: --rank is '0'; expected a whole number from 1 to 4096. --target=Merge needs --lora=FILE:strength, several times. --target=Merge needs --out=PATH.")]
    [InlineData("Merge", "--lora=a.safetensors --out=x.safetensors", "Error: A single LoRA is nothing to merge: *")]
    [InlineData("Merge", "--lora=a.safetensors --lora=nowhere --out=x.safetensors", "Error: There is no LoRA `nowhere` in *")]
    [InlineData("Merge", "--lora=a.safetensors --lora=a.safetensors --out=a.safetensors", "Error: --out is 'a.safetensors', which is read from; name another file.")]
    [InlineData("Merge", "--lora=a.safetensors --lora=a.safetensors --out=x.png", "Error: --out is 'x.png'; expected the name of a .safetensors file.")]
    [InlineData("Merge", "--lora=a.safetensors --model=datasets/tiny-sdxl --out=datasets", "Error: '*datasets' is there already; name a folder that is not.")]
    [InlineData("Extract", "--base=nowhere --tuned=datasets/tiny-sdxl --rank=2 --out=x.safetensors", "Error: The model 'nowhere' (--base) does not exist; *")]
    [InlineData("Extract", "--base=datasets/tiny-sdxl --tuned=datasets/tiny-sdxl --rank=2 --out=x.safetensors", "Error: *differs from*in no layer that a LoRA can change; with --conv-rank *")]
    [InlineData("Resize", "--lora=a.safetensors --rank=2 --dynamic=sv_fro --dynamic-param=2 --out=x.safetensors", "Error: --dynamic-param: sv_fro needs a parameter between 0 and 1: the share to keep.")]
    [InlineData("Resize", "--lora=a.safetensors --rank=2 --model=x --out=x.safetensors", "Error: `--model` belongs to --target=Sample, Merge.")]
    public async Task Nonsense_is_refused_and_leaves_nothing(string target, string options, string expected)
    {
        WriteLora("a.safetensors", 1);
        var before = Directory.GetFileSystemEntries(_host.Workspace);

        var (code, _, error) = await _host.RunAsync([$"--target={target}", .. options.Split(' ')]);

        Assert.Equal(2, code);
        Assert.True(FileSystemName.MatchesSimpleExpression(expected, error.Trim()), error);
        Assert.Equal(before, Directory.GetFileSystemEntries(_host.Workspace));
    }

    private async Task<string> RunAsync(string target, params string[] options)
    {
        var (code, output, error) = await _host.RunAsync([$"--target={target}", .. options]);
        Assert.True(code == 0, error);
        return output.Split('\n').Single(line => line.Contains("relative error", StringComparison.Ordinal));
    }

    private static double Overall(string line) =>
        double.Parse(Regex.Match(line, "relative error (?<error>[0-9.E-]+) overall", RegexOptions.None, TimeSpan.FromSeconds(1)).Groups["error"].Value, CultureInfo.InvariantCulture);

    private void WriteLora(string path, long seed, ScalarType precision = ScalarType.Float32, Dictionary<string, string>? metadata = null)
    {
        using var model = SdxlCheckpoint.Load(_host["datasets/tiny-sdxl"], CPU, ScalarType.Float32);
        using var network = LoraNetwork.Create(model, new LoraOptions { NetworkDim = 2, NetworkAlpha = 1, ConvDim = 2 }, seed);
        using (no_grad())
        {
            using var generator = new Generator((ulong)seed);
            foreach (var up in network.Adapters.SelectMany(module => module.Parameters).Where(parameter => parameter.Name == "lora_up.weight"))
                up.Value.copy_(randn(up.Value.shape, generator: generator));
        }

        Directory.CreateDirectory(Path.GetDirectoryName(_host[path])!);
        LoraFile.Save(network, _host[path], metadata ?? [], precision);
    }

    private Dictionary<string, Tensor> Deltas(string path)
    {
        using var model = SdxlCheckpoint.Load(_host["datasets/tiny-sdxl"], CPU, ScalarType.Float32);
        using var network = LoraFile.Load(model, _host[path]);
        return network.Adapters.ToDictionary(module => module.Name, module => module.Delta(), StringComparer.Ordinal);
    }
}
