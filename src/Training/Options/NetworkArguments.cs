using Slipway.Engine.Options;

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

    /// <summary>What a network's options come to.</summary>
    public static NetworkArguments FromOptions(LoraOptions network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var isLycoris = network.Adapter is not { Algorithm: AdapterAlgorithm.Lora, UseTucker: false, DoraWd: false };
        var arguments = LoraOptions.Declared.Options
            .Where(option => option.Counterpart is Counterpart.NetworkArgument or Counterpart.LycorisArgument && (option.IsTold?.Invoke(network) ?? !option.IsDefault(network)))
            .Select(option => KeyValuePair.Create(option.Name, PythonText.OfValue(option.Value(network))));
        return isLycoris
            ? new NetworkArguments("lycoris.kohya", [KeyValuePair.Create("algo", Algorithm(network)), .. arguments])
            : new NetworkArguments("networks.lora", [.. arguments]);
    }

    // LyCORIS too calls a LoRA beside 3×3 convolutions a LoCon.
    private static string Algorithm(LoraOptions network) => network.Adapter.Algorithm != AdapterAlgorithm.Lora ? network.Adapter.NetworkAlgo : network.ConvDim is null ? "lora" : "locon";
}
