using System.IO.Enumeration;
using System.Security.Cryptography;
using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Files;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Drawing;
using Slipway.Training.LoraFiles;
using Slipway.Training.Networks;
using Slipway.Training.Options;
using static TorchSharp.torch;

namespace Slipway.Build.Tests;

/// <summary><c>--target=Sample</c> for real, on the embedded model.</summary>
[Trait("Tier", "slow")]
public sealed class SampleTests : IDisposable
{
    private readonly Host _host = new Host().Furnished();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Draws_pictures_that_say_how_they_were_made()
    {
        var output = await SampleAsync("--prompt=beach, (ocean:1.2)", "--negative=no_subject", "--steps=2", "--count=2", "--seed=5", "--guidance=1.5", "--decode-precision=bf16", "--out=out/x.png");

        Assert.Contains("out/x_0001.png\nout/x_0002.png\n", output, StringComparison.Ordinal);
        var (first, second) = (TextOf("out/x_0001.png"), TextOf("out/x_0002.png"));
        Assert.Equal(("beach, (ocean:1.2)", "no_subject"), (first.Prompt, first.NegativePrompt));
        Assert.Equal(("2", "Euler a", "1.5", "5", "64x64", "tiny-sdxl"), (first["Steps"], first["Sampler"], first["CFG scale"], first["Seed"], first["Size"], first["Model"]));
        Assert.Equal("bf16", first["Decode precision"]);
        Assert.Equal("6", second["Seed"]);
        Assert.Matches("^[0-9a-f]{10}$", first["Model hash"]);
        Assert.StartsWith("Slipway ", first["Version"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Draws_a_grid_whose_pictures_are_kept_so_that_one_more_seed_costs_its_own()
    {
        string[] common = ["--prompt=beach", "--y=steps=1, 2", "--out=out/grid.webp"];
        var first = await SampleAsync([.. common, "--x=seed=1-2"]);
        Assert.Contains("Cells: 4 to run, 0 reused", first, StringComparison.Ordinal);
        Assert.Contains("out/grid.webp\n", first, StringComparison.Ordinal);
        var second = await SampleAsync([.. common, "--x=seed=1-3"]);

        Assert.Contains("Cells: 2 to run, 4 reused", second, StringComparison.Ordinal);
        var text = Infotext.Parse(PictureText.Load(_host["out/grid.webp"])!);
        Assert.Equal(("X/Y/Z plot", "Seed", "1, 2, 3", "Steps", "1, 2"), (text["Script"], text["X Type"], text["X Values"], text["Y Type"], text["Y Values"]));
        Assert.Equal(["grid.webp"], Directory.GetFiles(_host["out"]).Select(Path.GetFileName));
        Assert.False(Directory.Exists(_host[".slipway/sample"]) && Directory.EnumerateFileSystemEntries(_host[".slipway/sample"]).Any());
        var refused = await _host.RunAsync("--target=Sample", "--prompt=beach", "--x=replace=sea, sky");
        Assert.Equal(2, refused.Code);
        Assert.Contains("--x looks for `sea`, which is not in the prompt `beach`", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_is_the_same_alone_and_in_a_series_and_in_the_plans_backgrounds()
    {
        var plan = await File.ReadAllTextAsync(_host["lora.pipeline.yaml"], TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_host["lora.pipeline.yaml"], plan.Replace("count: 100", "count: 1", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        const string prompt = "--prompt=beach, ocean, sand, day, scenery, no_subject";
        await SampleAsync(prompt, "--seed=999", "--count=2", "--guidance=4", "--out=two.png");
        await SampleAsync(prompt, "--seed=1000", "--guidance=4", "--out=one.png");
        Assert.Equal(0, (await _host.RunAsync("--target=Backgrounds")).Code);

        Assert.Equal(await BytesAsync("one.png"), await BytesAsync("two_0002.png"));
        Assert.Equal(await BytesAsync("one.png"), await BytesAsync("artifacts/backgrounds/000.png"));
    }

    [Fact]
    public async Task Takes_LoRAs_from_options_and_from_the_prompt()
    {
        WriteLora(_host["mine/a.safetensors"], 1);
        WriteLora(_host["artifacts/lora/b.safetensors"], 2);
        string[] common = ["--prompt=beach", "--steps=2"];
        await SampleAsync([.. common, "--out=plain.png"]);
        await SampleAsync([.. common, "--lora=mine/a.safetensors:0", "--out=zero.png"]);
        await SampleAsync(["--prompt=beach <lora:b:0.5>", "--steps=2", "--lora=mine/a.safetensors:2", "--out=both.png"]);
        await SampleAsync([.. common, "--lora=b:0.5", "--lora=mine/a.safetensors:2", "--out=swapped.png"]);

        var text = TextOf("both.png");
        Assert.Equal("beach <lora:b:0.5> <lora:a:2>", text.Prompt);
        Assert.Matches("^a: [0-9a-f]{12}, b: [0-9a-f]{12}$", text["Lora hashes"]);
        Assert.Equal(Hash("mine/a.safetensors"), text["Lora hashes"]!.Substring(3, 12));
        Assert.Equal(Pixels("plain.png"), Pixels("zero.png"));
        Assert.NotEqual(Pixels("plain.png"), Pixels("both.png"));
        Assert.Equal("beach <lora:b:0.5> <lora:a:2>", TextOf("swapped.png").Prompt);
    }

    [Fact]
    public async Task Takes_a_model_without_a_plan()
    {
        File.Delete(_host["lora.pipeline.yaml"]);

        await SampleAsync("--model=datasets/tiny-sdxl", "--prompt=beach", "--steps=1", "--width=32", "--height=48", "--sampler=DDIM", "--spacing=trailing", "--out=x.png");

        var text = TextOf("x.png");
        Assert.Equal(("32x48", "DDIM", "trailing"), (text["Size"], text["Sampler"], text["Timestep spacing"]));
    }

    [Fact]
    public async Task Takes_a_model_in_a_single_file()
    {
        using (var model = SdxlCheckpoint.Load(_host["datasets/tiny-sdxl"], CPU, ScalarType.Float32))
            new SingleFileLayout(_host["tiny.safetensors"]).Save(model, ScalarType.Float16);
        string[] options = ["--prompt=beach", "--steps=2", "--guidance=1.5"];

        await SampleAsync([.. options, "--out=folder.png"]);
        await SampleAsync([.. options, "--profile=tiny", "--model=tiny.safetensors", "--tokenizer=datasets/tiny-sdxl", "--out=file.png"]);

        var sha256 = Convert.ToHexStringLower(SHA256.HashData(await BytesAsync("tiny.safetensors")));
        Assert.Equal((sha256[..10], "tiny"), (TextOf("file.png")["Model hash"], TextOf("file.png")["Model"]));
        Assert.Equal(Pixels("folder.png"), Pixels("file.png"));
    }

    [Theory]
    [InlineData("--tokenizer=datasets", "Error: --tokenizer is for a model in a single file; *tiny-sdxl' is a folder with tokenizers of its own.")]
    [InlineData("--steps=0", "Error: --steps is '0'; expected a whole number from 1 to 999.")]
    [InlineData("--guidance=7,5", "Error: --guidance is '7,5'; expected a number from * to *; write 7.5, with a point.")]
    [InlineData("--lora=sail_kun:0,8", "Error: 'sail_kun:0,8' is no LoRA with a strength; expected NAME:0.8; write 0.8, with a point.")]
    [InlineData("--lora=nowhere", "Error: There is no LoRA `nowhere` in artifacts/lora, models/lora, datasets; none is known here.")]
    [InlineData("--model=nowhere", "Error: The model 'nowhere' does not exist; expected a safetensors file, or a folder in diffusers' layout.")]
    [InlineData("--width=33", "Error: Picture size 33×64: both sides must be multiples of 4.")]
    [InlineData("--stesp=3", "Error: There is no option `--stesp`; did you mean `--steps`?")]
    public async Task Says_what_cannot_be(string option, string expected)
    {
        var (code, _, error) = await _host.RunAsync("--target=Sample", "--prompt=beach", option);

        Assert.Equal(2, code);
        Assert.True(FileSystemName.MatchesSimpleExpression(expected, error.Trim()), error);
    }

    [Fact]
    public async Task Another_target_does_not_take_its_options()
    {
        var (code, _, error) = await _host.RunAsync("--target=Train", "--prompt=beach");

        Assert.Equal((2, "Error: `--prompt` belongs to --target=Sample."), (code, error.Trim()));
    }

    private async Task<string> SampleAsync(params string[] options)
    {
        var (code, output, error) = await _host.RunAsync(["--target=Sample", .. options]);
        Assert.True(code == 0, error);
        return output;
    }

    private void WriteLora(string path, long seed)
    {
        using var model = SdxlCheckpoint.Load(_host["datasets/tiny-sdxl"], CPU, ScalarType.Float32);
        using var network = LoraNetwork.Create(model, new LoraOptions { NetworkDim = 2 }, seed);
        using (no_grad())
        {
            foreach (var up in network.Adapters.SelectMany(module => module.Parameters).Where(parameter => parameter.IsUp))
                up.Value.fill_(0.05);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        LoraFile.Save(network, path, new Dictionary<string, string>());
    }

    private string Hash(string path)
    {
        using var file = SafetensorsFile.Open(_host[path]);
        return file.ModelHash()[..12];
    }

    private Infotext TextOf(string path) => Infotext.Parse(PngText.Read(File.ReadAllBytes(_host[path]))["parameters"]);

    private byte[] Pixels(string path) => Picture.Load(_host[path]).Pixels;

    private Task<byte[]> BytesAsync(string path) => File.ReadAllBytesAsync(_host[path], TestContext.Current.CancellationToken);
}
