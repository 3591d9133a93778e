using Slipway.Engine.Options;

namespace Slipway.Training.Options;

/// <summary>The shape of a LoRA network, under sd-scripts' option names.</summary>
public sealed record LoraOptions
{
    /// <summary>No rank is larger: no layer of the model is that wide.</summary>
    internal const int LargestRank = 4096;

    /// <summary>Its options.</summary>
    public static OptionTable<LoraOptions> Declared { get; } = new(
        option =>
        [
            option.Whole("network_dim", o => o.NetworkDim, (o, v) => o with { NetworkDim = v }, 1, LargestRank) with
            {
                Says = "Rank beside linear layers and 1×1 convolutions.",
                SdScripts = "",
                Metadata = new("ss_network_dim"),
            },
            option.Number("network_alpha", o => o.NetworkAlpha, (o, v) => o with { NetworkAlpha = v }, 0) with
            {
                Says = "A branch is scaled by alpha/rank; 0: the rank.",
                SdScripts = "1",
                Metadata = new("ss_network_alpha"),
            },
            option.Whole("conv_dim", o => o.ConvDim, (o, v) => o with { ConvDim = v }, 1, LargestRank) with
            {
                Says = "Rank beside 3×3 convolutions; without it they get no branches.",
                Counterpart = Counterpart.NetworkArgument,
            },
            option.Number("conv_alpha", o => o.ConvAlpha, (o, v) => o with { ConvAlpha = v }, 0) with
            {
                Says = "Alpha beside 3×3 convolutions; 0: the rank.",
                Counterpart = Counterpart.NetworkArgument,
                IsTold = o => o.ConvDim is not null,
            },
            .. option.Part(AdapterOptions.Declared, o => o.Adapter, (o, v) => o with { Adapter = v }),
            .. option.Part(BlockOptions.Declared, o => o.Blocks, (o, v) => o with { Blocks = v }),
            .. option.Part(DropoutOptions.Declared, o => o.Dropout, (o, v) => o with { Dropout = v }),
            .. option.Part(StartOptions.Declared, o => o.Start, (o, v) => o with { Start = v }),
            option.Switch("network_train_unet_only", o => o.NetworkTrainUnetOnly, (o, v) => o with { NetworkTrainUnetOnly = v }) with
            {
                Says = "Trains no branches in the text encoders.",
                SdScripts = "false",
            },
        ],
        Rules);

    /// <summary>Rank beside linear layers and 1×1 convolutions.</summary>
    public int NetworkDim { get; init; } = 4;

    /// <summary>The branch is scaled by alpha/rank; 0 means the rank.</summary>
    public double NetworkAlpha { get; init; } = 1;

    /// <summary>Rank beside 3×3 convolutions; null: resnets and resamplers get no branches at all.</summary>
    public int? ConvDim { get; init; }

    /// <summary>Alpha beside 3×3 convolutions; 0 means the rank.</summary>
    public double ConvAlpha { get; init; } = 1;

    /// <summary>What the branches are made of.</summary>
    public AdapterOptions Adapter { get; init; } = new();

    /// <summary>Where blocks of the UNet differ.</summary>
    public BlockOptions Blocks { get; init; } = new();

    /// <summary>LoRA files that the training starts from.</summary>
    public StartOptions Start { get; init; } = new();

    /// <summary>What is left out at random while the network is trained.</summary>
    public DropoutOptions Dropout { get; init; } = new();

    /// <summary><c>network_train_unet_only</c>: no branches in the text encoders.</summary>
    public bool NetworkTrainUnetOnly { get; init; }

    /// <summary>Whether resnets and resamplers get branches.</summary>
    internal bool HasConvolutions => ConvDim is not null || Blocks.ConvBlockDims is not null;

    private static IEnumerable<OptionProblem> Rules(LoraOptions options)
    {
        if (options is { Adapter.UseTucker: true, ConvDim: null })
            yield return new("use_tucker", "is for 3×3 convolutions; give `conv_dim` too, or leave it out.", IsLack: true);
        if (options is { Adapter.NetworkAlgo: "locon", ConvDim: null })
            yield return new("network_algo", "is `locon`, a LoRA beside 3×3 convolutions too; give `conv_dim`, or take `lora`.", IsLack: true);
    }
}
