using Slipway.Diffusion.Modules;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Slipway.Diffusion.Text;

/// <summary>
/// One layer of CLIP's text transformer: causal self-attention and a feed-forward part, each behind a layer
/// normalisation and with a shortcut. No padding mask: CLIP attends to its padding.
/// </summary>
public sealed class ClipLayer : Module<Tensor, Tensor>
{
    [ComponentName(Name = "self_attn")] private readonly SelfAttention _attention;
    [ComponentName(Name = "layer_norm1")] private readonly LayerNorm _norm1;
    [ComponentName(Name = "mlp")] private readonly Mlp _mlp;
    [ComponentName(Name = "layer_norm2")] private readonly LayerNorm _norm2;

    /// <param name="sizes">Sizes of the encoder.</param>
    public ClipLayer(ClipTextConfiguration sizes)
        : base(nameof(ClipLayer))
    {
        _attention = new SelfAttention(sizes);
        _norm1 = Layers.LayerNorm(sizes.HiddenSize);
        _mlp = new Mlp(sizes);
        _norm2 = Layers.LayerNorm(sizes.HiddenSize);
        RegisterComponents();
    }

    /// <param name="input">[B, 77, C].</param>
    /// <returns>[B, 77, C].</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var hidden = input + _attention.call(_norm1.call(input));
        return (hidden + _mlp.call(_norm2.call(hidden))).MoveToOuterDisposeScope();
    }

    private sealed class SelfAttention : Module<Tensor, Tensor>
    {
        private readonly int _heads;
        [ComponentName(Name = "q_proj")] private readonly LinearLayer _query;
        [ComponentName(Name = "k_proj")] private readonly LinearLayer _key;
        [ComponentName(Name = "v_proj")] private readonly LinearLayer _value;
        [ComponentName(Name = "out_proj")] private readonly LinearLayer _out;

        public SelfAttention(ClipTextConfiguration sizes)
            : base(nameof(SelfAttention))
        {
            var channels = sizes.HiddenSize;
            _heads = sizes.NumAttentionHeads;
            _query = Layers.Linear(channels, channels);
            _key = Layers.Linear(channels, channels);
            _value = Layers.Linear(channels, channels);
            _out = Layers.Linear(channels, channels);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var attended = Attention.Apply(_query.call(input), _key.call(input), _value.call(input), _heads, isCausal: true);
            return _out.call(attended).MoveToOuterDisposeScope();
        }
    }

    private sealed class Mlp : Module<Tensor, Tensor>
    {
        private readonly bool _quick;
        [ComponentName(Name = "fc1")] private readonly LinearLayer _fc1;
        [ComponentName(Name = "fc2")] private readonly LinearLayer _fc2;

        public Mlp(ClipTextConfiguration sizes)
            : base(nameof(Mlp))
        {
            _quick = sizes.HiddenAct switch
            {
                "quick_gelu" => true,
                "gelu" => false,
                var other => throw new InvalidDataException(
                    $"text encoder config: `hidden_act` is '{other}'; known are 'quick_gelu' and 'gelu'."),
            };
            _fc1 = Layers.Linear(sizes.HiddenSize, sizes.IntermediateSize);
            _fc2 = Layers.Linear(sizes.IntermediateSize, sizes.HiddenSize);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var inner = _fc1.call(input);
            var activated = _quick ? inner * (inner * 1.702).sigmoid() : functional.gelu(inner);
            return _fc2.call(activated).MoveToOuterDisposeScope();
        }
    }
}
