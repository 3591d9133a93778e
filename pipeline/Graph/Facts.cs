using System.Reflection;
using Slipway.Diffusion.Devices;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;
using Slipway.Pipeline.Jobs;

namespace Slipway.Pipeline.Graph;

/// <summary>The facts about this machine and its libraries. None of the libraries is loaded for them.</summary>
internal static class Facts
{
    /// <summary>Slipway's own version.</summary>
    public static string SlipwayVersion =>
        typeof(Facts).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>All groups.</summary>
    /// <param name="card">The card that computes, by its number from 0; null: whichever comes first.</param>
    public static EnvironmentFacts Read(int? card = null)
    {
        var processor = ProcessorFacts.Read();
        return EnvironmentFacts.None
            .With(EnvironmentGroups.Torch,
            [
                KeyValuePair.Create("torchsharp", VersionOf(typeof(TorchSharp.torch))),
                KeyValuePair.Create("libtorch", Constant("libtorchPackageVersion")),
                // The number of threads is the plan's, or what was found for it: the model has it.
                .. processor.Entries(0).Where(fact => fact.Role != "threads").Select(fact => KeyValuePair.Create(fact.Role, fact.Value)),
            ])
            .With(EnvironmentGroups.Cuda, [KeyValuePair.Create("cuda", Constant("cudaVersion")), KeyValuePair.Create("cudnn", CuDnn.Version), KeyValuePair.Create("tf32", TensorFloat32.Uses), .. CudaFacts.Read(card).Entries.Select(fact => KeyValuePair.Create(fact.Role, fact.Value))])
            .With(EnvironmentGroups.Skia, [KeyValuePair.Create("skia", VersionOf(typeof(SkiaSharp.SKImage)))])
            .With(EnvironmentGroups.Onnx, [KeyValuePair.Create("onnxruntime", VersionOf(typeof(Microsoft.ML.OnnxRuntime.InferenceSession)))])
            .With(EnvironmentGroups.Slipway, [KeyValuePair.Create("slipway", SlipwayVersion)]);
    }

    /// <summary>
    /// A constant of TorchSharp's, out of its metadata: <c>torch.__version__</c> has the same value, and loads libtorch, which takes longer
    /// than everything else that a run with nothing to do does.
    /// </summary>
    private static string Constant(string name) => typeof(TorchSharp.torch).GetField(name, BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)?.GetRawConstantValue() as string
        ?? throw new MissingFieldException(nameof(TorchSharp), name);

    private static string VersionOf(Type type) => $"{type.Assembly.GetName().Version}";
}
