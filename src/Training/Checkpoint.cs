using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Slipway.Diffusion;
using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Training;

/// <summary>
/// The whole state of a training between two steps: <c>state-000123.safetensors</c> with the LoRA's trained values,
/// the optimizer's moments and every step's figures. Data order, noise and captions need no state: they follow from
/// the seed and the step. Files are written whole or not at all; only the newest is kept.
/// </summary>
internal sealed class Checkpoint(string folder, string identity)
{
    private const string Prefix = "state-";
    private const string Extension = ".safetensors";

    /// <summary>What must be equal for a checkpoint to be resumed: the options and the images.</summary>
    public static string Identity(TrainingOptions options, IReadOnlyList<TrainingImage> images)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(options));
        foreach (var image in images)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"\0{image.Name}\0{image.Width}×{image.Height}\0{image.OriginalSize}\0{image.CropTopLeft}\0{image.Repeats}\0{image.Caption}\0"));
            hash.AppendData(image.Rgb);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public void Save(FlatParameters parameters, AdamW optimizer, IReadOnlyList<StepMetrics> history)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{optimizer.Steps:D6}{Extension}"));
        using (NewDisposeScope())
        {
            KeyValuePair<string, Tensor>[] tensors =
            [
                new("values", parameters.Values.cpu()),
                new("first_moment", optimizer.FirstMoment.cpu()),
                new("second_moment", optimizer.SecondMoment.cpu()),
                new("history", tensor(history.SelectMany(Row).ToArray(), [history.Count, 7], dtype: ScalarType.Float64)),
            ];
            SafetensorsWriter.Write(path, tensors, new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["identity"] = identity,
                ["step"] = optimizer.Steps.ToString(CultureInfo.InvariantCulture),
            });
        }
        foreach (var older in States().Where(s => s != path).ToList())
            File.Delete(older);
    }

    /// <summary>Puts the newest checkpoint back, if there is one.</summary>
    /// <returns>The figures of the steps already taken.</returns>
    /// <exception cref="InvalidDataException">It is of another training, or no checkpoint.</exception>
    public IReadOnlyList<StepMetrics> Resume(FlatParameters parameters, AdamW optimizer)
    {
        if (States().Max(StringComparer.Ordinal) is not { } path)
            return [];
        using var file = SafetensorsFile.Open(path);
        if (file.Metadata.GetValueOrDefault("identity") != identity)
            throw new InvalidDataException($"{path}: is a checkpoint of a training with other options or images; delete it or choose another checkpoint folder.");
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        Fill(parameters.Values, file, "values", path);
        Fill(optimizer.FirstMoment, file, "first_moment", path);
        Fill(optimizer.SecondMoment, file, "second_moment", path);
        optimizer.Steps = int.Parse(file.Metadata["step"], CultureInfo.InvariantCulture);
        var rows = file.Read("history").data<double>().ToArray();
        return [.. rows.Chunk(7).Select(r => new StepMetrics((int)r[0], (int)r[1], r[2], r[3], r[4], r[5], r[6]))];
    }

    private IEnumerable<string> States() =>
        Directory.Exists(folder) ? Directory.GetFiles(folder, Prefix + "*" + Extension) : [];

    private static void Fill(Tensor target, SafetensorsFile file, string name, string path)
    {
        var values = file.Read(name);
        if (!values.shape.AsSpan().SequenceEqual(target.shape))
            throw new InvalidDataException($"{path}: tensor {name}: expected [{string.Join(", ", target.shape)}], found [{string.Join(", ", values.shape)}]; delete the file.");
        target.copy_(values);
    }

    private static double[] Row(StepMetrics m) => [m.Step, m.Epoch, m.Loss, m.AverageLoss, m.GradNorm, m.LrUNet, m.LrTextEncoder];
}
