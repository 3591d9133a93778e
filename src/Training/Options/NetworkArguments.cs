using System.Globalization;

namespace Slipway.Training.Options;

/// <summary>
/// A network as sd-scripts is told of it: its module and the <c>key=value</c> pairs of <c>network_args</c>. What is no plain LoRA or
/// LoCon needs LyCORIS.
/// </summary>
public sealed record NetworkArguments
{
    private NetworkArguments(string module, IReadOnlyList<KeyValuePair<string, string>> arguments) => (Module, Arguments) = (module, arguments);

    /// <summary><c>network_module</c>: <c>networks.lora</c> or <c>lycoris.kohya</c>.</summary>
    public string Module { get; }

    /// <summary><c>network_args</c>, in the order in which somebody would write them.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Arguments { get; }

    /// <summary>The arguments that say what the options say.</summary>
    public static NetworkArguments FromOptions(LoraOptions network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var adapter = network.Adapter;
        var isLycoris = adapter is not { Algorithm: AdapterAlgorithm.Lora, UseTucker: false, DoraWd: false };
        (string Key, string? Value)[] pairs =
        [
            ("algo", isLycoris ? Algorithm(network) : null),
            ("conv_dim", Text(network.ConvDim)),
            ("conv_alpha", network.ConvDim is null ? null : PythonText.Of(network.ConvAlpha)),
            ("factor", adapter.Algorithm == AdapterAlgorithm.Lokr ? Text(adapter.Kronecker.Factor) : null),
            ("decompose_both", Switch(adapter.Kronecker.DecomposeBoth)),
            ("full_matrix", Switch(adapter.Kronecker.FullMatrix)),
            ("use_tucker", Switch(adapter.UseTucker)),
            ("dora_wd", Switch(adapter.DoraWd)),
            ("wd_on_output", adapter.DoraWd ? adapter.WdOnOutput ? "True" : "False" : null),
            ("block_dims", List(network.Blocks.BlockDims?.Select(dim => $"{dim}"))),
            ("block_alphas", List(network.Blocks.BlockAlphas)),
            ("conv_block_dims", List(network.Blocks.ConvBlockDims?.Select(dim => $"{dim}"))),
            ("conv_block_alphas", List(network.Blocks.ConvBlockAlphas)),
            ("down_lr_weight", List(network.Blocks.DownLrWeight)),
            ("mid_lr_weight", List(network.Blocks.MidLrWeight)),
            ("up_lr_weight", List(network.Blocks.UpLrWeight)),
            ("block_lr_zero_threshold", NotZero(network.Blocks.BlockLrZeroThreshold)),
            ("rank_dropout", NotZero(network.Dropout.RankDropout)),
            ("module_dropout", NotZero(network.Dropout.ModuleDropout)),
        ];
        return new NetworkArguments(isLycoris ? "lycoris.kohya" : "networks.lora", [.. pairs.Where(pair => pair.Value is not null).Select(pair => KeyValuePair.Create(pair.Key, pair.Value!))]);
    }

    private static string Algorithm(LoraOptions network) => network.Adapter.Algorithm switch
    {
        AdapterAlgorithm.Loha => "loha",
        AdapterAlgorithm.Lokr => "lokr",
        _ => network.ConvDim is null ? "lora" : "locon",
    };

    private static string? List(IEnumerable<double>? values) => List(values?.Select(value => PythonText.Of(value)));

    private static string? List(IEnumerable<string>? values) => values is null ? null : string.Join(",", values);

    private static string? Switch(bool value) => value ? "True" : null;

    private static string? Text(int? value) => value?.ToString(CultureInfo.InvariantCulture);

    private static string? NotZero(double value) => value == 0 ? null : PythonText.Of(value);
}
