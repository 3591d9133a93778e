using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Slipway.Imaging.Pictures;
using Slipway.Tagging.Sessions;

namespace Slipway.Tagging.Encoders;

/// <summary>
/// An image encoder as people export it to ONNX: it takes <c>pixel_values</c> [N, 3, H, W] and gives <c>image_embeds</c> [N, D] (CLIP with its projection),
/// <c>last_hidden_state</c> [N, T, D], whose first token is that of the class (DINO, DINOv2), or <c>pooler_output</c> [N, D]; what is exported without
/// transformers has one output [N, D] of any name. Numbers are of 32 or 16 bits.
/// </summary>
public sealed class ImageEncoder : IDisposable
{
    private const string Projected = "image_embeds";
    private const string Tokens = "last_hidden_state";
    private const string Pooled = "pooler_output";
    private const int Together = 16;

    private readonly InferenceSession _session;
    private readonly EncoderInput _form;
    private readonly string _path;
    private readonly string _input;
    private readonly string _output;

    /// <summary>Loads an encoder.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="form">How it wants its pictures.</param>
    /// <param name="threads">Threads of ONNX Runtime; 0: as many as there are cores.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">No ONNX model, or none that takes pictures and gives an embedding.</exception>
    public ImageEncoder(string path, EncoderInput form, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(form);
        (_path, _form) = (path, form);
        _session = OnnxSession.Open(path, "Encoder", threads);
        try
        {
            (_input, _output) = (Input(), Output());
        }
        catch
        {
            _session.Dispose();
            throw;
        }
    }

    /// <summary>The embeddings of pictures, each of length 1.</summary>
    /// <exception cref="InvalidDataException">The encoder gives no finite numbers, or other dimensions than an embedding has.</exception>
    public IReadOnlyList<float[]> Embed(IEnumerable<Picture> pictures)
    {
        // Pictures of another shape cannot go together where nothing cuts them to one size.
        var together = _form.Result is null ? 1 : Together;
        return [.. pictures.Chunk(together).SelectMany(Run)];
    }

    /// <summary>The cosine of two embeddings, −1 to 1.</summary>
    public static double Cosine(float[] a, float[] b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += (double)a[i] * b[i];
        return Math.Clamp(sum, -1, 1);
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private IEnumerable<float[]> Run(Picture[] pictures)
    {
        var (width, height) = _form.Result ?? (pictures[0].Width, pictures[0].Height);
        using var input = Tensor([.. pictures.SelectMany(_form.Write)], [pictures.Length, 3, height, width]);
        using var options = new RunOptions();
        using var outputs = Run(options, input);
        var shape = outputs[0].GetTensorTypeAndShape().Shape;
        if (shape.Length != (_output == Tokens ? 3 : 2) || shape[0] != pictures.Length || shape[^1] < 1)
            throw new InvalidDataException($"Encoder '{_path}' gives {_output} [{string.Join(", ", shape)}] of {pictures.Length} pictures; expected {(_output == Tokens ? "[N, T, D]" : "[N, D]")}.");
        var (values, length, stride) = (Numbers(outputs[0]), (int)shape[^1], (int)(shape.Length == 3 ? shape[1] * shape[2] : shape[1]));
        return [.. pictures.Select((_, i) => Unit(values.AsSpan(i * stride, length)))];
    }

    private OrtValue Tensor(float[] values, long[] shape) => _session.InputMetadata[_input].ElementDataType == TensorElementType.Float16
        ? OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values, value => (Float16)value), shape)
        : OrtValue.CreateTensorValueFromMemory(values, shape);

    private float[] Numbers(OrtValue output) => output.GetTensorTypeAndShape().ElementDataType switch
    {
        TensorElementType.Float => output.GetTensorDataAsSpan<float>().ToArray(),
        TensorElementType.Float16 => Array.ConvertAll(output.GetTensorDataAsSpan<Float16>().ToArray(), value => (float)value),
        var other => throw new InvalidDataException($"Encoder '{_path}' gives {_output} as {other}; expected floating-point numbers of 32 or 16 bits."),
    };

    private IDisposableReadOnlyCollection<OrtValue> Run(RunOptions options, OrtValue input)
    {
        try
        {
            return _session.Run(options, [_input], [input], [_output]);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new InvalidDataException($"Encoder '{_path}' does not take the pictures that its settings make: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    private float[] Unit(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (var value in values)
            sum += (double)value * value;
        if (!double.IsFinite(sum) || sum <= 0)
            throw new InvalidDataException($"Encoder '{_path}' gives an embedding of length {Math.Sqrt(sum)}; are size and normalisation those that it was trained with?");
        var length = Math.Sqrt(sum);
        var unit = new float[values.Length];
        for (var i = 0; i < unit.Length; i++)
            unit[i] = (float)(values[i] / length);
        return unit;
    }

    private string Input()
    {
        var inputs = _session.InputMetadata;
        var shape = inputs.Values.First().Dimensions;
        if (inputs.Count != 1 || shape.Length != 4 || shape[1] is not (3 or -1))
            throw new InvalidDataException($"Encoder '{_path}' takes {string.Join(", ", inputs.Select(input => $"{input.Key} [{string.Join(", ", input.Value.Dimensions)}]"))}; expected one picture, pixel_values [N, 3, H, W]: export the image tower alone.");
        if (_form.Result is { } size && (!Fits(shape[2], size.Height) || !Fits(shape[3], size.Width)))
            throw new InvalidDataException($"Encoder '{_path}' takes pictures of {shape[3]}×{shape[2]}, and its settings make {size.Width}×{size.Height}; is the preprocessor_config.json that of another model?");
        return inputs.Keys.First();
    }

    private static bool Fits(int side, int given) => side < 1 || side == given;

    private string Output()
    {
        string[] wanted = _form.IsClip ? [Projected, Pooled, Tokens] : [Projected, Tokens, Pooled];
        return wanted.FirstOrDefault(_session.OutputNames.Contains) ?? OnlyOutput()
            ?? throw new InvalidDataException($"Encoder '{_path}' gives {string.Join(", ", _session.OutputNames)}; expected {Projected}, {Tokens} or {Pooled}, or one output [N, D] alone.");
    }

    /// <summary>The one output, of whatever name, if it is an embedding by its shape; null where there are several, or it is what a classifier says.</summary>
    private string? OnlyOutput() => _session.OutputMetadata.ToList() is [var only] && only.Value.Dimensions.Length == 2 && only.Key != "logits" ? only.Key : null;
}
