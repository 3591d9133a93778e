using Microsoft.ML.OnnxRuntime;

namespace Slipway.Tagging.Sessions;

/// <summary>An ONNX model in ONNX Runtime: in sequence and without a word, so that its sums depend on nothing but its threads.</summary>
internal static class OnnxSession
{
    private const string Cpu = "cpu";

    static OnnxSession() => OnnxTelemetry.TurnOff();

    /// <summary>Loads a model.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="name">What messages call the model, such as <c>Tagger</c>.</param>
    /// <param name="threads">Threads of ONNX Runtime; 0: as many as there are cores.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <param name="device"><c>cpu</c>, or <c>cuda</c> for the first card: never a mixture that nobody asked for.</param>
    /// <exception cref="InvalidDataException">It is no ONNX model.</exception>
    /// <exception cref="PlatformNotSupportedException">There is no such device here, or this build's ONNX Runtime is one for processors alone.</exception>
    public static InferenceSession Open(string path, string name, int threads, string device = Cpu)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"The {name.ToLowerInvariant()}'s model '{path}' does not exist.", path);

        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        if (device != Cpu)
            AppendCuda(options, name, device);
        try
        {
            return new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new InvalidDataException($"{name} '{path}' is no readable ONNX model: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    // The package for processors has the same methods, and refuses them or lacks what they call.
    private static void AppendCuda(SessionOptions options, string name, string device)
    {
        try
        {
            options.AppendExecutionProvider_CUDA(0);
        }
        catch (Exception exception) when (exception is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException)
        {
            throw new PlatformNotSupportedException(
                $"{name}: ONNX Runtime cannot use the device '{device}' ({exception.Message.Split('\n')[0].Trim()}); start with `TorchBackend=cuda ./build.sh` on a machine with an NVIDIA card, or say `device: cpu`.", exception);
        }
    }
}
