namespace Slipway.Pipeline.Jobs;

/// <summary>The groups of facts about machine and libraries that jobs name.</summary>
internal static class EnvironmentGroups
{
    /// <summary>libtorch's build, the processor, and the switches of the libraries that compute on it.</summary>
    public const string Torch = "torch";

    /// <summary>The card and the libraries that compute on it.</summary>
    public const string Cuda = "cuda";

    /// <summary>The library that decodes, draws and encodes pictures.</summary>
    public const string Skia = "skia";

    /// <summary>The library that runs the tagger.</summary>
    public const string Onnx = "onnxruntime";

    /// <summary>Slipway's own version, where it is written into the bytes.</summary>
    public const string Slipway = "slipway";

    /// <summary>The groups, and the card's where one computes.</summary>
    /// <param name="device"><c>cpu</c> or <c>cuda</c>.</param>
    /// <param name="groups">What counts on every device.</param>
    public static IReadOnlyList<string> On(string device, params IReadOnlyList<string> groups) => device == "cpu" ? groups : [.. groups, Cuda];
}
