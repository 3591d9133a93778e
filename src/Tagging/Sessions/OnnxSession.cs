using Microsoft.ML.OnnxRuntime;

namespace Slipway.Tagging.Sessions;

/// <summary>An ONNX model in ONNX Runtime: in sequence and without a word, so that its sums depend on nothing but its threads.</summary>
internal static class OnnxSession
{
    static OnnxSession() => OnnxTelemetry.TurnOff();

    /// <summary>Loads a model.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="name">What messages call the model, such as <c>Tagger</c>.</param>
    /// <param name="threads">Threads of ONNX Runtime; 0: as many as there are cores.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no ONNX model.</exception>
    public static InferenceSession Open(string path, string name, int threads)
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
        try
        {
            return new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new InvalidDataException($"{name} '{path}' is no readable ONNX model: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }
}
