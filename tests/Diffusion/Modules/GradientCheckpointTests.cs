using Slipway.Diffusion.Files;
using Slipway.Diffusion.Modules;
using Slipway.Diffusion.Tests.Checkpoints;
using Slipway.Diffusion.UNets;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests.Modules;

/// <summary>Gradient checkpointing: the same gradients from less memory.</summary>
public sealed class GradientCheckpointTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    /// <summary>
    /// Of every input and weight of the small UNet. Where a tensor is used several times its gradients are added up in
    /// another order, which moves last bits. Relative to the largest gradient of all: some are nothing but rounding noise.
    /// </summary>
    [Fact]
    public void Gives_the_gradients_of_an_ordinary_pass()
    {
        using var unet = ReferenceModel.UNet();
        Gradients.Require(unet, true);
        var expected = Run(unet, inputsAskToo: true);
        unet.GradientCheckpointing = true;
        var actual = Run(unet, inputsAskToo: true);
        Assert.Equal(expected.Keys, actual.Keys);
        var largest = expected.Values.Max(gradient => gradient.abs().max().item<float>());
        Assert.All(expected, entry => Assert.InRange(Difference.Largest(actual[entry.Key], entry.Value), 0, 1e-6 * largest));
        unet.GradientCheckpointing = false;
        Assert.False(unet.GradientCheckpointing);
    }

    /// <summary>
    /// As LoRA has it: nothing that goes into a block asks for a gradient, only what is hooked onto a layer inside.
    /// One number, the sum of thousands that nearly cancel: 1e-4 of it.
    /// </summary>
    [Fact]
    public void Gives_gradients_to_parameters_hooked_inside_a_part_whose_inputs_ask_for_none()
    {
        using var unet = ReferenceModel.UNet();
        var layer = (nn.Module<Tensor, Tensor>)unet.named_modules().Single(entry => entry.name == "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q").module;
        var branch = ones(1, requires_grad: true);
        layer.register_forward_hook((_, _, output) => output * branch);
        Run(unet, inputsAskToo: false);
        var expected = branch.grad!.clone();
        branch.grad!.zero_();
        unet.GradientCheckpointing = true;
        Run(unet, inputsAskToo: false);
        Assert.NotEqual(0, expected.item<float>());
        Assert.InRange(Difference.Relative(branch.grad!, expected), 0, 1e-4);
    }

    [Fact]
    public void Runs_a_part_again_in_the_backward_pass_and_only_there()
    {
        var runs = 0;
        Tensor Part(IReadOnlyList<Tensor> inputs)
        {
            runs++;
            return inputs[0].square();
        }

        var recomputation = new GradientCheckpoint();
        var x = tensor([3f], requires_grad: true);
        using (no_grad())
            Assert.False(recomputation.Run(Part, x).requires_grad);
        Assert.False(recomputation.Run(Part, tensor([3f])).requires_grad);
        Assert.Equal(2, runs);
        var y = recomputation.Run(Part, x);
        Assert.Equal((9f, 3), (y.item<float>(), runs));
        y.backward();
        Assert.Equal((6f, 4), (x.grad!.item<float>(), runs));
    }

    /// <summary>Of a part that is known to need gradients no graph is made that would be thrown away at once.</summary>
    [Fact]
    public void Makes_no_graph_of_a_part_that_has_needed_gradients_before()
    {
        var modes = new List<bool>();
        var (owner, recomputation) = (new object(), new GradientCheckpoint());
        var x = tensor([3f], requires_grad: true);
        for (var step = 0; step < 2; step++)
        {
            recomputation.Backward(recomputation.Run(owner, Part, x));
            Assert.Equal(6f * (step + 1), x.grad!.item<float>());
        }

        Assert.Equal([true, true, false, true], modes);

        Tensor Part(IReadOnlyList<Tensor> inputs)
        {
            modes.Add(is_grad_enabled());
            return inputs[0].square();
        }
    }

    /// <summary>As with a branch that a micro-batch leaves out: what needed gradients before needs none this time.</summary>
    [Fact]
    public void A_part_that_needs_none_this_time_gets_none()
    {
        var (owner, recomputation) = (new object(), new GradientCheckpoint());
        var (weight, isLeftOut) = (tensor([2f], requires_grad: true), false);
        var x = tensor([3f]);
        Tensor Part(IReadOnlyList<Tensor> inputs) => isLeftOut ? inputs[0] * 1 : inputs[0] * weight;
        recomputation.Backward(recomputation.Run(owner, Part, x));
        Assert.Equal(3f, weight.grad!.item<float>());
        isLeftOut = true;
        recomputation.Backward(recomputation.Run(owner, Part, x));
        Assert.Equal(3f, weight.grad!.item<float>());
    }

    /// <summary>As on a card: libtorch walks the graph on a thread of its own there, which no dispose scope surrounds.</summary>
    [Fact]
    public void Keeps_nothing_of_a_backward_pass_on_a_thread_without_a_scope()
    {
        using var unet = ReferenceModel.UNet();
        Gradients.Require(unet, true);
        unet.GradientCheckpointing = true;
        using var io = SafetensorsFile.Open(Golden.Path(Path.Combine("unet", "io_a.safetensors")));
        var kept = new List<long>();
        for (var step = 0; step < 4; step++)
        {
            using var scope = NewDisposeScope();
            var loss = unet.call(io.Read("sample"), io.Read("timesteps"), io.Read("encoder_hidden_states"), io.Read("text_embeds"), io.Read("time_ids")).square().mean();
            var left = 0L;
            var thread = new Thread(() =>
            {
                loss.backward();
                left = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
            });
            thread.Start();
            thread.Join();
            kept.Add(left);
            unet.zero_grad();
        }

        // What one call returned lives until the next call disposes of it, on whichever thread that is.
        Assert.All(kept.Skip(1), count => Assert.InRange(count, kept.Min(), kept[0]));
        Assert.InRange(kept.Max(), 0, 3);
    }

    /// <summary>The gradients are those of the sum, bit for bit, where an addend is an input and where one asks for none; added it is in the first pass alone.</summary>
    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void A_sum_at_the_end_of_a_part_is_not_computed_again(bool inputAsks, bool weightAsks)
    {
        var (x, weight) = (rand(3, requires_grad: inputAsks), rand(3, requires_grad: weightAsks));
        (x + (x.square() * weight)).sum().backward();
        var expected = (x.grad?.clone(), weight.grad?.clone());
        x.grad?.zero_();
        weight.grad?.zero_();
        var (passes, recomputation) = (new List<bool>(), new GradientCheckpoint());
        (Tensor, Tensor) Part(IReadOnlyList<Tensor> inputs)
        {
            passes.Add(recomputation.IsComputingAgain);
            return (inputs[0], inputs[0].square() * weight);
        }

        recomputation.Backward(recomputation.RunSum(new object(), Part, x).sum());
        Assert.Equal([false, true], passes);
        Assert.False(recomputation.IsComputingAgain);
        Assert.Equal(expected.Item1?.data<float>(), x.grad?.data<float>());
        Assert.Equal(expected.Item2?.data<float>(), weight.grad?.data<float>());
    }

    [Fact]
    public void A_failure_in_the_backward_pass_is_thrown_to_its_caller_and_the_next_pass_works()
    {
        var fails = false;
        var recomputation = new GradientCheckpoint();
        var x = tensor([3f], requires_grad: true);
        Tensor Through(int parts) => parts == 0 ? x * 1 : recomputation.Run(inputs => fails ? throw new InvalidOperationException("out of memory") : inputs[0].square(), Through(parts - 1));
        var loss = Through(3);
        fails = true;

        Assert.Equal("out of memory", Assert.Throws<InvalidOperationException>(() => recomputation.Backward(loss)).Message);

        x.grad?.zero_();
        fails = false;
        recomputation.Backward(Through(1));
        Assert.Equal(6f, x.grad!.item<float>());
    }

    private static SortedDictionary<string, Tensor> Run(UNet unet, bool inputsAskToo)
    {
        using var io = SafetensorsFile.Open(Golden.Path(Path.Combine("unet", "io_a.safetensors")));
        var gradients = new SortedDictionary<string, Tensor>(StringComparer.Ordinal);
        Tensor Input(string name) => io.Read(name).requires_grad_(inputsAskToo);
        var (sample, context, pooled) = (Input("sample"), Input("encoder_hidden_states"), Input("text_embeds"));
        unet.zero_grad();
        unet.call(sample, io.Read("timesteps"), context, pooled, io.Read("time_ids")).square().mean().backward();
        (string, Tensor)[] inputs = inputsAskToo ? [("sample", sample), ("context", context), ("pooled", pooled)] : [];
        foreach (var (name, tensor) in inputs.Concat(unet.named_parameters().Select(entry => (entry.name, (Tensor)entry.parameter))))
        {
            if (tensor.grad is { } gradient)
                gradients[name] = gradient.clone();
        }

        return gradients;
    }
}
