using System.Text.Json.Serialization;
using Slipway.Engine.Options;

namespace Slipway.Training.Options;

/// <summary>What the branches of a network are made of, under LyCORIS' names.</summary>
public sealed record AdapterOptions
{
    private const string Loha = "loha";
    private const string Lokr = "lokr";

    /// <summary>The words of <see cref="NetworkAlgo"/>.</summary>
    public static IReadOnlyList<string> Algorithms { get; } = ["lora", "locon", Loha, Lokr];

    /// <summary>Its options.</summary>
    public static OptionTable<AdapterOptions> Declared { get; } = new(option =>
    [
        option.Word("network_algo", o => o.NetworkAlgo, (o, v) => o with { NetworkAlgo = v }, Algorithms) with
        {
            Says = "What a branch's change is made of (LyCORIS' `algo`); `locon` is `lora` beside 3×3 convolutions too.",
        },
        .. option.Part(KroneckerOptions.Declared, o => o.Kronecker, (o, v) => o with { Kronecker = v }).Select(part => part with
        {
            Unfit = o => o.NetworkAlgo == Lokr ? null : "is for `network_algo: lokr`; leave it out.",
            IsTold = part.Name == "factor" ? o => o.NetworkAlgo == Lokr : null,
        }),
        option.Switch("use_tucker", o => o.UseTucker, (o, v) => o with { UseTucker = v }) with
        {
            Says = "Puts kernels above 1×1 into a core tensor of their own (Tucker's decomposition).",
            Counterpart = Counterpart.LycorisArgument,
        },
        option.Switch("dora_wd", o => o.DoraWd, (o, v) => o with { DoraWd = v }) with
        {
            Says = "Trains the weights' lengths by themselves (DoRA).",
            Counterpart = Counterpart.LycorisArgument,
        },
        option.Switch("wd_on_output", o => o.WdOnOutput, (o, v) => o with { WdOnOutput = v }) with
        {
            Says = "DoRA's lengths are of outputs, as in the paper; false: of inputs, as in LyCORIS before 3.2, and as AUTOMATIC1111 and ComfyUI take all DoRAs.",
            Counterpart = Counterpart.LycorisArgument,
            Unfit = o => o.DoraWd ? null : "is for `dora_wd: true`; leave it out.",
            IsTold = o => o.DoraWd,
        },
    ]);

    /// <summary><c>network_algo</c> (<c>algo</c> there): <c>lora</c>, <c>locon</c> (a LoRA beside 3×3 convolutions too), <c>loha</c> or <c>lokr</c>.</summary>
    public string NetworkAlgo { get; init; } = "lora";

    /// <summary>The same, without the distinction between LoRA and LoCon, which <c>conv_dim</c> makes.</summary>
    [JsonIgnore]
    public AdapterAlgorithm Algorithm => NetworkAlgo switch
    {
        Loha => AdapterAlgorithm.Loha,
        Lokr => AdapterAlgorithm.Lokr,
        _ => AdapterAlgorithm.Lora,
    };

    /// <summary>Kernels above 1×1 lie in a core tensor of their own (Tucker's decomposition).</summary>
    public bool UseTucker { get; init; }

    /// <summary><c>dora_wd</c>: trains the weights' lengths by themselves (DoRA, Liu et al. 2024).</summary>
    public bool DoraWd { get; init; }

    /// <summary>
    /// Whether DoRA's lengths are of outputs, as in the paper, or of inputs, as in LyCORIS before 3.2: the form that AUTOMATIC1111 and ComfyUI
    /// take every DoRA for.
    /// </summary>
    public bool WdOnOutput { get; init; }

    /// <summary>How LoKr cuts weights.</summary>
    public KroneckerOptions Kronecker { get; init; } = new();
}
