using System.Runtime.ExceptionServices;
using Microsoft.ML.OnnxRuntime;
using Slipway.Imaging.Pictures;
using Slipway.Tagging.Inputs;
using Slipway.Tagging.Sessions;
using Slipway.Tagging.Tags;

namespace Slipway.Tagging;

/// <summary>
/// A tagger with WD14's contract: an ONNX model that takes [N, S, S, 3] BGR floats and gives [N, tags]
/// probabilities, and its list of tags.
/// </summary>
public sealed class Tagger : IDisposable
{
    private readonly InferenceSession _session;
    private readonly string _input;
    private readonly int _size;
    private readonly ParallelOptions _sideBySide;

    /// <summary>Loads model and list.</summary>
    /// <param name="modelPath">The ONNX file.</param>
    /// <param name="tagsPath">Its <c>selected_tags.csv</c>.</param>
    /// <param name="threads">Threads of ONNX Runtime; 0: as many as there are cores.</param>
    /// <param name="device">What computes: <c>cpu</c> or <c>cuda</c>.</param>
    /// <exception cref="FileNotFoundException">A file does not exist.</exception>
    /// <exception cref="InvalidDataException">No ONNX model, not WD14's contract, or list and model differ in number.</exception>
    public Tagger(string modelPath, string tagsPath, int threads = 0, string device = "cpu")
    {
        Vocabulary = TagVocabulary.Load(tagsPath);
        // A session that has one thread computes on the thread that calls it, and takes calls from several.
        _sideBySide = new ParallelOptions { MaxDegreeOfParallelism = threads == 1 && device == "cpu" ? Environment.ProcessorCount : 1 };
        _session = OnnxSession.Open(modelPath, "Tagger", threads, device);
        try
        {
            (_input, _size) = Input(modelPath);
            CheckOutput(modelPath, tagsPath);
        }
        catch
        {
            _session.Dispose();
            throw;
        }
    }

    /// <summary>The tags that it knows.</summary>
    public TagVocabulary Vocabulary { get; }

    /// <summary>The probabilities of all tags for each picture: each by itself, so that they do not depend on the others, and several side by side where it has one thread.</summary>
    public IReadOnlyList<TagProbabilities> Run(IReadOnlyList<Picture> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        var found = new TagProbabilities[pictures.Count];
        try
        {
            Parallel.For(0, pictures.Count, _sideBySide, i => found[i] = Run(pictures[i]));
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }

        return found;
    }

    /// <summary>The probabilities of all tags for one picture.</summary>
    public TagProbabilities Run(Picture picture)
    {
        var data = new float[_size * _size * 3];
        TaggerInput.Write(picture, _size, data);
        using var input = OrtValue.CreateTensorValueFromMemory(data, [1, _size, _size, 3]);
        using var options = new RunOptions();
        using var outputs = _session.Run(options, [_input], [input], _session.OutputNames);
        return new TagProbabilities(Vocabulary, outputs[0].GetTensorDataAsSpan<float>()[..Vocabulary.Tags.Count].ToArray());
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private (string Name, int Size) Input(string modelPath)
    {
        var (name, input) = _session.InputMetadata.First();
        var shape = input.Dimensions;
        return _session.InputMetadata.Count == 1 && shape.Length == 4 && shape[3] == 3 && shape[1] == shape[2] && shape[1] >= 1
            ? (name, shape[1])
            : throw new InvalidDataException($"Tagger '{modelPath}' takes [{string.Join(", ", shape)}]; expected WD14's [batch, size, size, 3].");
    }

    private void CheckOutput(string modelPath, string tagsPath)
    {
        var outputs = _session.OutputMetadata.First().Value.Dimensions;
        if (outputs.Length != 2 || outputs[1] != Vocabulary.Tags.Count)
        {
            throw new InvalidDataException(
                $"Tagger '{modelPath}' gives {(outputs.Length == 2 ? outputs[1] : 0)} probabilities, but '{tagsPath}' lists {Vocabulary.Tags.Count} tags; take both from the same release.");
        }
    }
}
