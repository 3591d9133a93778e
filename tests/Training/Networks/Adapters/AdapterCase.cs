using Slipway.Diffusion.Model;
using Slipway.Diffusion.Modules;
using Slipway.Training.Networks;
using Slipway.Training.Networks.Adapters;
using Slipway.Training.Options;
using Xunit.Sdk;

namespace Slipway.Training.Tests.Networks.Adapters;

/// <summary>One kind of adapter beside one kind of layer, with its change by a formula of its own, dense and in double precision.</summary>
public sealed record AdapterCase : IXunitSerializable
{
    public const string Linear = "lora_unet_middle_block_1_transformer_blocks_0_ff_net_0_proj";
    public const string Pointwise = "lora_unet_output_blocks_0_0_skip_connection";
    public const string Kernel = "lora_unet_middle_block_0_in_layers_2";
    public const string Strided = "lora_unet_input_blocks_2_0_op";

    public string Layer { get; set; } = Linear;

    public string Kind { get; set; } = "lora";

    public bool UseTucker { get; set; }

    /// <summary>no, out or in.</summary>
    public string Dora { get; set; } = "no";

    /// <summary>Every kind beside every layer, with and without Tucker's form and magnitudes.</summary>
    public static TheoryData<AdapterCase> All =>
    [
        .. from kind in new[] { "lora", "loha", "lokr", "lokr both", "lokr full", "lokr 2" }
           from layer in new[] { Linear, Pointwise, Kernel, Strided }
           from tucker in layer is Kernel or Strided ? new[] { false, true } : [false]
           from dora in new[] { "no", "out", "in" }
           select new AdapterCase { Layer = layer, Kind = kind, UseTucker = tucker, Dora = dora },
    ];

    internal AdapterOptions Options => new()
    {
        NetworkAlgo = Kind is "lora" or "loha" ? Kind : "lokr",
        UseTucker = UseTucker,
        DoraWd = Dora != "no",
        WdOnOutput = Dora == "out",
        Kronecker = new() { DecomposeBoth = Kind == "lokr both", FullMatrix = Kind == "lokr full", Factor = Kind == "lokr 2" ? 2 : -1 },
    };

    /// <summary>A branch of rank 2 (1 where both of LoKr's matrices are decomposed) and alpha 1.5, its tensors drawn at random if asked for.</summary>
    internal Adapter Create(SdxlModel model, bool random = true)
    {
        var target = LoraTargets.All(model).Single(target => target.Name == Layer);
        var module = new NewAdapter(Options, seed: 7).Create(target, Kind == "lokr both" ? 1 : 2, alpha: 1.5);
        if (!random)
            return module;
        using var inference = no_grad();
        using var generator = new Generator(5, CPU);
        foreach (var parameter in module.Parameters)
            parameter.Value.copy_(parameter.Name == "dora_scale" ? rand(parameter.Value.shape, generator: generator).add_(0.5) : randn(parameter.Value.shape, generator: generator).mul_(0.7));
        return module;
    }

    /// <summary>W′ − W, from tensors by name.</summary>
    internal Tensor Change(IReadOnlyDictionary<string, Tensor> values, Tensor weight)
    {
        var change = Product(values, weight.shape) * (values.ContainsKey("lokr_w1") && values.ContainsKey("lokr_w2") ? 1 : 1.5 / (Kind == "lokr both" ? 1 : 2));
        if (Dora == "no")
            return change;
        var sides = Enumerable.Range(0, (int)weight.ndim).Where(side => side != (Dora == "out" ? 0 : 1)).Select(side => (long)side).ToArray();
        var changed = weight + change;
        return (values["dora_scale"] * changed / changed.square().sum(sides, keepdim: true).sqrt()) - weight;
    }

    public override string ToString() => $"{Kind}{(UseTucker ? " in Tucker's form" : "")}{(Dora == "no" ? "" : $" with DoRA by {Dora}put")} beside {Layer["lora_unet_".Length..]}";

    public void Deserialize(IXunitSerializationInfo info) =>
        (Layer, Kind, UseTucker, Dora) = (info.GetValue<string>("l")!, info.GetValue<string>("k")!, info.GetValue<bool>("t"), info.GetValue<string>("d")!);

    public void Serialize(IXunitSerializationInfo info)
    {
        info.AddValue("l", Layer);
        info.AddValue("k", Kind);
        info.AddValue("t", UseTucker);
        info.AddValue("d", Dora);
    }

    private Tensor Product(IReadOnlyDictionary<string, Tensor> values, long[] shape)
    {
        if (Kind == "lora")
            return (UseTucker ? Tucker(values["lora_mid.weight"], values["lora_up.weight"].flatten(1).t(), values["lora_down.weight"].flatten(1)) : einsum("or,ri->oi", values["lora_up.weight"].flatten(1), values["lora_down.weight"].flatten(1))).reshape(shape);
        if (Kind == "loha")
            return (Pair(values, "hada_w1", "hada_t1") * Pair(values, "hada_w2", "hada_t2")).reshape(shape);
        var first = values.TryGetValue("lokr_w1", out var whole) ? whole : einsum("ar,rc->ac", values["lokr_w1_a"], values["lokr_w1_b"]);
        var second = values.TryGetValue("lokr_w2", out whole) ? whole : Pair(values, "lokr_w2", "lokr_t2");
        var (rows, columns) = (shape[0] / first.shape[0], shape[1] / first.shape[1]);
        return einsum("ac,bdk->abcdk", first, second.reshape(rows, columns, -1)).reshape(shape);
    }

    private static Tensor Pair(IReadOnlyDictionary<string, Tensor> values, string name, string core) => values.TryGetValue(core, out var tucker)
        ? Tucker(tucker, values[name + "_a"], values[name + "_b"])
        : einsum("or,ri->oi", values[name + "_a"], values[name + "_b"]);

    private static Tensor Tucker(Tensor core, Tensor outputs, Tensor inputs) => einsum("abkl,ao,bi->oikl", core, outputs, inputs);

    /// <summary>What the layer gives of an input with another weight, bias included.</summary>
    internal static Tensor Apply(WeightedLayer layer, Tensor input, Tensor weight) => layer is ConvolutionLayer conv
        ? conv.Convolve(input, weight) + conv.Bias!.to(input.dtype).view(-1, 1, 1)
        : nn.functional.linear(input, weight, layer.Bias?.to(input.dtype));

    internal static Tensor Input(LoraTarget target)
    {
        using var generator = new Generator(4, CPU);
        return randn(target.Layer is ConvolutionLayer ? [2, target.Weight.shape[1], 6, 6] : [2, 5, target.Weight.shape[1]], generator: generator);
    }
}
