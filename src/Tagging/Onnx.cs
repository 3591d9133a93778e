using Microsoft.ML.OnnxRuntime;

namespace Slipway.Tagging;

/// <summary>What this build's ONNX Runtime is.</summary>
public static class Onnx
{
    /// <summary>Its version.</summary>
    public static string Version => OrtEnv.Instance().GetVersionString();

    /// <summary>What it can compute on, by the names of its execution providers, such as <c>CUDA</c> and <c>CPU</c>.</summary>
    public static IReadOnlyList<string> Providers => [.. OrtEnv.Instance().GetAvailableProviders().Select(name => name.Replace("ExecutionProvider", "", StringComparison.Ordinal))];
}
