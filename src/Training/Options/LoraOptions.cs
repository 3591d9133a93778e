namespace Slipway.Training.Options;

/// <summary>The shape of a LoRA network, under sd-scripts' option names.</summary>
public sealed record LoraOptions
{
    /// <summary>Rank beside linear layers and 1×1 convolutions.</summary>
    public int NetworkDim { get; init; } = 4;

    /// <summary>The branch is scaled by alpha/rank; 0 means the rank.</summary>
    public double NetworkAlpha { get; init; } = 1;

    /// <summary>Rank beside 3×3 convolutions; null: resnets and resamplers get no branches at all.</summary>
    public int? ConvDim { get; init; }

    /// <summary><c>conv_alpha</c>: the branch of a 3×3 convolution is scaled by it, divided by its rank; 0 means the rank.</summary>
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
    public bool NetworkTrainUNetOnly { get; init; }

    /// <summary>Whether resnets and resamplers get branches.</summary>
    internal bool HasConvolutions => ConvDim is not null || Blocks.ConvBlockDims is not null;

    internal IEnumerable<string> Problems() => Dropout.Problems().Concat(Blocks.Problems()).Concat(Start.Problems());
}
