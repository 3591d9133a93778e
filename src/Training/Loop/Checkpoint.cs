using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Slipway.Diffusion.Files;
using Slipway.Training.Data;
using Slipway.Training.Metrics;
using Slipway.Training.Options;
using Slipway.Training.State;
using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Training.Loop;

/// <summary>
/// The whole state of a training between two steps: <c>state-000123.safetensors</c> with the state of each of its parts
/// and every step's figures. Data order, noise and captions need no state: they follow from the seed and the step.
/// Files are written whole or not at all; only the newest is kept.
/// </summary>
/// <param name="folder">A folder that belongs to this training alone.</param>
/// <param name="identity">See <see cref="Identity"/>.</param>
/// <param name="parts">Names are unique, and none is another's beginning up to a dot.</param>
internal sealed class Checkpoint(string folder, string identity, IReadOnlyList<(string Name, ICheckpointed Part)> parts)
{
    private const string Prefix = "state-";
    private const string Extension = ".safetensors";
    private const int RowLength = 10;

    /// <summary>What must be equal for a checkpoint to be resumed: the options, the files that it starts from, and the images.</summary>
    public static string Identity(TrainingOptions options, IReadOnlyList<TrainingImage> images)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(options));
        foreach (var file in options.Network.Start.Hashes)
            hash.AppendData(file);
        foreach (var image in images)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"\0{image.Name}\0{image.Width}×{image.Height}\0{image.OriginalSize}\0{image.CropTopLeft}\0{image.ResizedSize}\0{image.Repeats}\0{image.Caption}\0{image.Subset}\0"));
            foreach (var pixels in new[] { image.Rgb, image.Mask, image.Uncropped?.Rgb, image.Uncropped?.Mask })
                hash.AppendData(pixels ?? []);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <param name="history">Figures of the steps taken so far.</param>
    public void Save(IReadOnlyList<StepMetrics> history)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{history.Count:D6}{Extension}"));
        using (NewDisposeScope())
        {
            var tensors = parts.SelectMany(part => part.Part.State().Select(state => KeyValuePair.Create($"{part.Name}.{state.Key}", state.Value.cpu())))
                .Append(new("history", tensor(history.SelectMany(Row).ToArray(), [history.Count, RowLength], dtype: ScalarType.Float64)));
            SafetensorsWriter.Write(path, tensors, new Dictionary<string, string>(StringComparer.Ordinal) { ["identity"] = identity });
        }
        foreach (var older in Directory.GetFiles(folder, Prefix + "*").Where(s => s != path))
            File.Delete(older);
    }

    /// <summary>Puts the newest checkpoint back, if there is one.</summary>
    /// <returns>The figures of the steps already taken.</returns>
    /// <exception cref="InvalidDataException">It is of another training, or no checkpoint.</exception>
    public IReadOnlyList<StepMetrics> Resume()
    {
        if (States().Max(StringComparer.Ordinal) is not { } path)
            return [];
        using var file = SafetensorsFile.Open(path);
        if (file.Metadata.GetValueOrDefault("identity") != identity)
            throw new InvalidDataException($"{path}: is a checkpoint of a training with other options or images; delete it or choose another checkpoint folder.");
        using var scope = NewDisposeScope();
        try
        {
            foreach (var (name, part) in parts)
                part.Restore(ReadPart(file, name + "."));
            return [.. file.Read("history").data<double>().ToArray().Chunk(RowLength).Select(Figures)];
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"{path}: {exception.Message}; delete the file.", exception);
        }
    }

    private static Dictionary<string, Tensor> ReadPart(SafetensorsFile file, string prefix) =>
        file.Tensors.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(key => key[prefix.Length..], key => file.Read(key), StringComparer.Ordinal);

    private IEnumerable<string> States() =>
        Directory.Exists(folder) ? Directory.GetFiles(folder, Prefix + "*" + Extension) : [];

    private static double[] Row(StepMetrics m) =>
    [
        m.Step, m.Epoch, m.Loss, m.AverageLoss, m.GradNorm, m.LrUNet, m.LrTextEncoder,
        .. m.Validation is { } v ? [v.Total, v.Subject, v.Background] : new[] { double.NaN, double.NaN, double.NaN },
    ];

    private static StepMetrics Figures(double[] row) => new((int)row[0], (int)row[1], row[2], row[3], row[4], row[5], row[6])
    {
        Validation = double.IsNaN(row[7]) ? null : new ValidationLosses(row[7], row[8], row[9]),
    };
}
