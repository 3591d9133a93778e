using System.Security.Cryptography;
using System.Text;
using Slipway.Engine.Caching;
using Slipway.Engine.Jobs;
using Slipway.Pipeline.Drawing;
using Slipway.Pipeline.Graph;
using Slipway.Training.LoraFiles;

namespace Slipway.Pipeline.Tests.Graph;

public sealed class BaseModelTests : IDisposable
{
    private const string Weights = "models/m.1.0/unet/diffusion_pytorch_model.safetensors";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_is_known_by_the_files_that_are_loaded_and_hashed_by_the_UNets_weights()
    {
        Repository.CopyTo("datasets/tiny-sdxl", _folder.Path);
        Directory.CreateDirectory(_folder["models"]);
        Directory.Move(_folder["datasets/tiny-sdxl"], _folder["models/m.1.0"]);
        _folder.Write("models/m.1.0/unet/model.onnx", "not read");
        var model = Open("models/m.1.0/");
        Assert.Equal("m.1.0", model.Name);
        Assert.Equal(Sha256(Weights), model.Hash);
        Assert.False(model.IsSingleFile);
        Assert.Equal(
            [
                "scheduler/scheduler_config.json", "text_encoder/config.json", "text_encoder/weights", "text_encoder_2/config.json", "text_encoder_2/weights",
                "tokenizer/merges.txt", "tokenizer/special_tokens_map.json", "tokenizer/tokenizer_config.json", "tokenizer/vocab.json",
                "tokenizer_2/merges.txt", "tokenizer_2/special_tokens_map.json", "tokenizer_2/tokenizer_config.json", "tokenizer_2/vocab.json",
                "unet/config.json", "unet/weights", "vae/config.json", "vae/weights",
            ],
            Roles(model));
        var before = model.Files;
        File.Move(_folder[Weights], _folder[Weights].Replace(".safetensors", ".fp16.safetensors", StringComparison.Ordinal));
        Assert.Equal(before, Open("models/m.1.0").Files);
    }

    [Fact]
    public void Shards_all_count()
    {
        Repository.CopyTo("datasets/tiny-sdxl", _folder.Path);
        File.Delete(_folder["datasets/tiny-sdxl/unet/diffusion_pytorch_model.safetensors"]);
        _folder.Write("datasets/tiny-sdxl/unet/diffusion_pytorch_model.safetensors.index.json", """{"weight_map":{"a":"1.safetensors","b":"2.safetensors"}}""");
        _folder.Write("datasets/tiny-sdxl/unet/1.safetensors", "one");
        _folder.Write("datasets/tiny-sdxl/unet/2.safetensors", "two");
        var before = Open("datasets/tiny-sdxl");
        Assert.Equal(["unet/weights", "unet/weights/0", "unet/weights/1"], Roles(before).Where(role => role.StartsWith("unet/weights", StringComparison.Ordinal)));
        var hash = before.Hash;
        _folder.Write("datasets/tiny-sdxl/unet/2.safetensors", "another");
        Assert.NotEqual(hash, Open("datasets/tiny-sdxl").Hash);
    }

    [Fact]
    public void A_single_file_is_known_by_its_content_and_by_what_lies_beside_it()
    {
        WriteCheckpoint("models/sea_v1.2.safetensors");
        _folder.Write("models/tokenizer/vocab.json", "{}");
        _folder.Write("models/tokenizer/merges.txt", "");
        _folder.Write("models/sea_v1.2/unet/config.json", "{}");
        var model = Open("models/sea_v1.2.safetensors");
        Assert.Equal("sea_v1.2", model.Name);
        Assert.Equal(Sha256("models/sea_v1.2.safetensors"), model.Hash);
        // The SHA-256 of nothing: the file ends before 1 MiB.
        Assert.True(model.IsSingleFile);
        Assert.Equal("e3b0c442", LegacyHash.OfFile(_folder["models/sea_v1.2.safetensors"]));
        Assert.Equal(["checkpoint", "tokenizer/merges.txt", "tokenizer/vocab.json", "tokenizer_2/merges.txt", "tokenizer_2/vocab.json", "unet/config.json"], Roles(model));
    }

    [Fact]
    public void A_folder_for_the_tokenizers_may_be_named()
    {
        WriteCheckpoint("models/sea.safetensors");
        _folder.Write("words/vocab.json", "{}");
        _folder.Write("words/merges.txt", "");
        Assert.Contains("holds no tokenizer", Assert.Throws<FileNotFoundException>(() => Roles(Open("models/sea.safetensors"))).Message, StringComparison.Ordinal);
        Assert.Contains("tokenizer_2/vocab.json", Roles(Open("models/sea.safetensors", "words")));
    }

    [Fact]
    public void It_is_told_what_will_not_do_before_anything_is_hashed()
    {
        _folder.Write("models/sea.ckpt", "x");
        _folder.Write("models/page.safetensors", "<!doctype html><html>");
        Repository.CopyTo("datasets/tiny-sdxl/tokenizer", _folder.Path);
        Assert.Contains("pickle", Assert.Throws<InvalidDataException>(() => Roles(Open("models/sea.ckpt"))).Message, StringComparison.Ordinal);
        Assert.Contains("is no safetensors file", Assert.Throws<InvalidDataException>(() => Roles(Open("models/page.safetensors"))).Message, StringComparison.Ordinal);
        Assert.Contains("`tokenizer` is for a base model in a single file", Assert.Throws<ArgumentException>(() => Roles(Open("models", "words"))).Message, StringComparison.Ordinal);
        Assert.Contains("'models/none' does not exist", Assert.Throws<FileNotFoundException>(() => Roles(Open("models/none"))).Message, StringComparison.Ordinal);
    }

    /// <summary>Keys of what the processor computes in bf16, and of nothing else, are others than before its products were computed in f32.</summary>
    [Theory]
    [InlineData("cpu", "bf16", 2)]
    [InlineData("cpu", "no", 0)]
    [InlineData("cpu", "fp16", 0)]
    [InlineData("cuda", "bf16", 0)]
    public void Keys_tell_how_products_in_bf16_are_computed(string device, string precision, int expected)
    {
        Repository.CopyTo("datasets/tiny-sdxl", _folder.Path);
        var plan = Plans.PlanFile.Load("base_model: base,", $"base_model: datasets/tiny-sdxl, device: {device}, mixed_precision: {precision},");
        Assert.Equal(expected, BaseModel.List(plan, _folder.Path).Bf16Products);
    }

    private Model Open(string path, string? tokenizer = null)
    {
        var plan = Plans.PlanFile.Load("base_model: base,", $"base_model: {path}, {(tokenizer is null ? "" : $"tokenizer: {tokenizer},")}");
        var use = BaseModel.List(plan, _folder.Path);
        var hasher = new FileHasher(_folder.Path, _folder["hashes"]);
        IReadOnlyList<(string Role, ContentHash Hash)> files = [.. use.BaseModel.Select(file => (file.Name, hasher.Hash(_folder[((FileRef)file.File).Path]))).OrderBy(file => file.Name, StringComparer.Ordinal)];
        return new Model(BaseModel.NameOf(plan, _folder.Path), $"{ModelHash.From([.. use.BaseModel.Select(file => (file.Name, files.Single(other => other.Role == file.Name).Hash))])}", use.IsSingleFile, files);
    }

    private static IEnumerable<string> Roles(Model model) => model.Files.Select(file => file.Role);

    private void WriteCheckpoint(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[path])!);
        File.WriteAllBytes(_folder[path], [2, 0, 0, 0, 0, 0, 0, 0, .. Encoding.ASCII.GetBytes("{}")]);
    }

    private string Sha256(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_folder[path])));

    private sealed record Model(string Name, string Hash, bool IsSingleFile, IReadOnlyList<(string Role, ContentHash Hash)> Files);
}
