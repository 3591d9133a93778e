using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Files;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests.Checkpoints;

public sealed class StateDictTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    private SafetensorsFile Write(params (string Name, Tensor Tensor)[] tensors)
    {
        SafetensorsWriter.Write(_folder["w.safetensors"], tensors.Select(pair => KeyValuePair.Create(pair.Name, pair.Tensor)), null);
        return SafetensorsFile.Open(_folder["w.safetensors"]);
    }

    [Fact]
    public void Fills_a_module_in_place_in_the_modules_own_type()
    {
        using var module = nn.Linear(2, 1);
        var weight = module.weight;
        using var file = Write(("weight", tensor([3f, 4f]).view(1, 2).to(ScalarType.Float16)), ("bias", tensor([5d])));
        StateDict.Load(module, file, "layer");
        Assert.Equal(15f, module.call(ones(1, 2) + tensor([0f, 0.75f])).item<float>());
        Assert.Equal(ScalarType.Float32, module.weight.dtype);
        Assert.Equal(weight!.Handle, module.weight.Handle);
        Assert.True(module.weight.requires_grad);
    }

    [Fact]
    public void Names_every_problem_at_once_and_changes_nothing()
    {
        using var module = nn.Linear(2, 3);
        var before = module.weight.detach().clone();
        using var file = Write(("weight", zeros(2, 3)), ("extra", zeros(1)), ("lora", zeros(1)));
        var error = Assert.Throws<InvalidDataException>(() => StateDict.Load(module, file, "layer")).Message;
        Assert.Equal(
            $"{_folder["w.safetensors"]} does not fit layer, 4 tensors:\n  missing: bias [3]\n  shape: weight is [2, 3], expected [3, 2]\n  unknown: extra [1]\n  unknown: lora [1]",
            error);
        Assert.True(module.weight.equal(before).all().item<bool>());
    }

    [Fact]
    public void Passes_over_what_it_is_told_to_ignore_and_over_position_ids()
    {
        using var module = nn.Linear(1, 1, hasBias: false);
        using var file = Write(("weight", ones(1, 1)), ("extra", zeros(1)), ("embeddings.position_ids", arange(77).view(1, 77)));
        StateDict.Load(module, file, "layer", ignore: ["extra"]);
        Assert.Equal(1f, module.weight.item<float>());
    }

    [Fact]
    public void Finds_each_tensor_where_it_is_said_to_lie_and_in_its_own_form()
    {
        using var module = nn.Linear(2, 3);
        using var file = Write(("packed", arange(12, ScalarType.Float32).view(6, 2).t().contiguous()), ("biases", arange(9, ScalarType.Float32)));
        var error = Assert.Throws<InvalidDataException>(() => StateDict.Load(module, file, "layer", Locate)).Message;
        Assert.Contains("shape: packed is [2, 6], expected [2, 3]", error, StringComparison.Ordinal);
        using var fitting = Write(("packed", tensor([1f, 3, 5, 2, 4, 6]).view(2, 3)), ("biases", arange(9, ScalarType.Float32)));
        StateDict.Load(module, fitting, "layer", Locate);
        Assert.Equal([1f, 2, 3, 4, 5, 6], module.weight.data<float>().ToArray());
        Assert.Equal([3f, 4, 5], module.bias!.data<float>().ToArray());

        static TensorLocation Locate(string key) => key == "weight" ? new("packed", TensorForm.Transposed) : new("biases", TensorForm.SecondThird);
    }

    [Fact]
    public void Says_it_in_one_line_where_nothing_is_there()
    {
        using var module = nn.Linear(2, 3);
        using var file = Write(("extra", zeros(1)));
        var error = Assert.Throws<InvalidDataException>(() => StateDict.Load(module, file, "layer")).Message;
        Assert.Contains("missing: all 2 tensors of layer, such as bias [3]\n  unknown: extra [1]", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Comes_back_from_a_saved_file()
    {
        using var saved = nn.BatchNorm1d(3);
        using var loaded = nn.BatchNorm1d(3);
        saved.call(randn(8, 3, generator: new Generator(1)));
        StateDict.Save(saved, _folder["m.safetensors"], type: ScalarType.Float64);
        using var file = SafetensorsFile.Open(_folder["m.safetensors"]);
        StateDict.Load(loaded, file, "norm");
        foreach (var (key, value) in saved.state_dict())
            Assert.True(value.equal(loaded.state_dict()[key]).all().item<bool>(), key);
        Assert.Equal(ScalarType.Int64, file.Tensors["num_batches_tracked"].Type);
        Assert.Equal(ScalarType.Float64, file.Tensors["weight"].Type);
    }
}
