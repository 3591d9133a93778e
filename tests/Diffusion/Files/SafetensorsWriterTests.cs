using Slipway.Diffusion.Files;
using Slipway.Diffusion.Tests.Checkpoints;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests.Files;

public sealed class SafetensorsWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    private static Dictionary<string, Tensor> Reference() => new()
    {
        ["b.weight"] = ones(4, ScalarType.Float16),
        ["a.weight"] = arange(6, ScalarType.Float32).view(2, 3),
        ["a.alpha"] = tensor(1f),
    };

    [Fact]
    public void Gives_the_bytes_of_the_reference_writer()
    {
        SafetensorsWriter.Write(_folder["x.safetensors"], Reference(), new Dictionary<string, string> { ["ss_x"] = "1" });
        Assert.Equal(File.ReadAllBytes(Golden.Path("tiny_hash_example.safetensors")), File.ReadAllBytes(_folder["x.safetensors"]));
    }

    [Fact]
    public void Knows_the_hash_before_the_file_is_written()
        => Assert.Equal("ffe1940a2cd9238c5f18fc83915dfd8fb84c32e7c7e320b67268991d5384ac19", SafetensorsWriter.ModelHash(Reference()));

    [Fact]
    public void Gives_the_same_bytes_whatever_the_order_of_what_it_is_given()
    {
        var metadata = new Dictionary<string, string> { ["b"] = "ä\"\n", ["a"] = "帆" };
        SafetensorsWriter.Write(_folder["x.safetensors"], Reference(), metadata);
        SafetensorsWriter.Write(_folder["y.safetensors"], Reference().Reverse(), metadata.Reverse().ToDictionary());
        Assert.Equal(File.ReadAllBytes(_folder["x.safetensors"]), File.ReadAllBytes(_folder["y.safetensors"]));
        using var file = SafetensorsFile.Open(_folder["x.safetensors"]);
        Assert.Equal(metadata.OrderBy(pair => pair.Key), file.Metadata.OrderBy(pair => pair.Key));
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Int32)]
    [InlineData(ScalarType.Int16)]
    [InlineData(ScalarType.Int8)]
    [InlineData(ScalarType.Byte)]
    [InlineData(ScalarType.Bool)]
    public void Every_type_comes_back(ScalarType type)
    {
        var written = tensor([0f, 1f, 0f, 1f, 1f, 0f]).view(3, 2).to(type).t();
        SafetensorsWriter.Write(_folder["x.safetensors"], [new("t", written), new("empty", zeros([0, 4], type))], null);
        using var file = SafetensorsFile.Open(_folder["x.safetensors"]);
        Assert.Equal(type, file.Read("t").dtype);
        Assert.True(file.Read("t").equal(written).all().item<bool>());
        Assert.Equal([0L, 4L], file.Read("empty").shape);
    }

    [Fact]
    public void Larger_elements_come_first()
    {
        SafetensorsWriter.Write(_folder["x.safetensors"], [new("a", ones(3, ScalarType.Bool)), new("b", ones(1, ScalarType.Float16)), new("c", ones(1, ScalarType.Int64))], null);
        using var file = SafetensorsFile.Open(_folder["x.safetensors"]);
        Assert.Equal(["c", "b", "a"], file.Tensors.Values.OrderBy(entry => entry.Offset).Select(entry => entry.Name));
    }

    [Fact]
    public void A_name_that_comes_twice_is_refused()
        => Assert.Contains("'t'", Assert.Throws<ArgumentException>(() => SafetensorsWriter.ModelHash([new("t", ones(1)), new("t", ones(1))])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_type_outside_the_format_is_refused_and_leaves_the_old_file_alone()
    {
        File.WriteAllText(_folder["x.safetensors"], "old");
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(_folder["x.safetensors"], [new("t", ones(1, ScalarType.ComplexFloat32))], null));
        Assert.Equal("old", File.ReadAllText(_folder["x.safetensors"]));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }
}
