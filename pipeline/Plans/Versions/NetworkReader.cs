using Slipway.Pipeline.Plans.Yaml;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Plans.Versions;

/// <summary>
/// Reads what a version's network is made of, under the names of sd-scripts' options and of the arguments that its
/// <c>network_args</c> hand to <c>networks.lora</c> and LyCORIS. LyCORIS' <c>algo</c> is <c>network_algo</c> here.
/// </summary>
internal static class NetworkReader
{
    private const int LargestRank = 4096;

    public static LoraOptions Read(MappingReader reader)
    {
        var algorithm = reader.IsUnset("network_algo") ? null : reader.OneOf("network_algo", null, KnownNames.NetworkAlgorithms);
        var network = new LoraOptions
        {
            NetworkDim = reader.Whole("network_dim", 4, 1, LargestRank),
            NetworkAlpha = reader.Number("network_alpha", 1, 0),
            ConvDim = reader.OptionalWhole("conv_dim", 1, LargestRank),
            ConvAlpha = reader.Number("conv_alpha", 1, 0),
            NetworkTrainUNetOnly = reader.Switch("network_train_unet_only", fallback: false),
            Adapter = ReadAdapter(reader, algorithm),
            Blocks = BlockReader.Read(reader),
            Start = StartReader.Read(reader),
            Dropout = new DropoutOptions
            {
                NetworkDropout = Chance(reader, "network_dropout"),
                RankDropout = Chance(reader, "rank_dropout"),
                ModuleDropout = Chance(reader, "module_dropout"),
            },
        };
        Check(reader, network, algorithm);
        return network;
    }

    // What is not given here does not get into the fingerprint, so that the plans of before these options keep theirs.
    private static AdapterOptions ReadAdapter(MappingReader reader, string? algorithm) => new()
    {
        Algorithm = algorithm switch
        {
            "loha" => AdapterAlgorithm.Loha,
            "lokr" => AdapterAlgorithm.Lokr,
            _ => AdapterAlgorithm.Lora,
        },
        UseTucker = reader.OptionalSwitch("use_tucker") == true,
        DoraWd = reader.OptionalSwitch("dora_wd") == true,
        WdOnOutput = reader.OptionalSwitch("wd_on_output") != false,
        Kronecker = new KroneckerOptions
        {
            Factor = reader.OptionalWhole("factor", -1, LargestRank) ?? -1,
            DecomposeBoth = reader.OptionalSwitch("decompose_both") == true,
            FullMatrix = reader.OptionalSwitch("full_matrix") == true,
        },
    };

    private static double Chance(MappingReader reader, string key) => reader.OptionalNumber(key, 0, 0.999) ?? 0;

    // What would have no influence is a slip: somebody expects it to have one.
    private static void Check(MappingReader reader, LoraOptions network, string? algorithm)
    {
        if (reader.IsPartial)
            return;
        var adapter = network.Adapter;
        foreach (var key in new[] { "factor", "decompose_both", "full_matrix" }.Where(key => adapter.Algorithm != AdapterAlgorithm.Lokr && !reader.IsUnset(key)))
            reader.Problem(key, "is for `network_algo: lokr`; leave it out.");
        if (!adapter.DoraWd && !reader.IsUnset("wd_on_output"))
            reader.Problem("wd_on_output", "is for `dora_wd: true`; leave it out.");
        if (adapter.UseTucker && network.ConvDim is null)
            reader.Problem("use_tucker", "is for 3×3 convolutions; give `conv_dim` too, or leave it out.");
        if (adapter.Kronecker.Factor == 0)
            reader.Problem("factor", "must be -1 (no limit) or a whole number of 1 or more, but is `0`.");
        if (algorithm == "locon" && network.ConvDim is null)
            reader.Problem("network_algo", "is `locon`, a LoRA beside 3×3 convolutions too; give `conv_dim`, or take `lora`.");
    }
}
