namespace Slipway.Training;

/// <summary>The shape of a LoRA network, under sd-scripts' option names.</summary>
public sealed record LoraOptions
{
    /// <summary>Rank beside linear layers and 1×1 convolutions.</summary>
    public int NetworkDim { get; init; } = 4;

    /// <summary>The branch is scaled by alpha/rank; 0 means the rank.</summary>
    public double NetworkAlpha { get; init; } = 1;

    /// <summary>Rank beside 3×3 convolutions; null: resnets and resamplers get no branches at all.</summary>
    public int? ConvDim { get; init; }

    public double ConvAlpha { get; init; } = 1;

    /// <summary>What the branches are made of.</summary>
    public AdapterOptions Adapter { get; init; } = new();

    /// <summary>What is left out at random while the network is trained.</summary>
    public DropoutOptions Dropout { get; init; } = new();

    /// <summary><c>network_train_unet_only</c>: no branches in the text encoders.</summary>
    public bool NetworkTrainUNetOnly { get; init; }

    internal IEnumerable<string> Problems() => Dropout.Problems();
}
