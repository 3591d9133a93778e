namespace Slipway.Engine.Options;

/// <summary>How an option's value is told of in a LoRA file's metadata.</summary>
/// <param name="Key">sd-scripts' key, such as <c>ss_noise_offset</c>.</param>
public sealed record OptionMetadata(string Key)
{
    /// <summary>Whether the default is written as <c>None</c>: sd-scripts' own default is none at all.</summary>
    public bool IsNoneAtDefault { get; init; }

    /// <summary>Whether it is told as a switch, on wherever the value is not the default.</summary>
    public bool IsSwitch { get; init; }

    /// <summary>Whether a number without a fraction is written as Python's <c>int</c>: a number of steps, or a share of them.</summary>
    public bool IsCountOrShare { get; init; }
}
