using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Slipway.Diffusion.Files;
using Slipway.Engine.Files;
using Slipway.Training.Data;
using Slipway.Training.Metrics;
using Slipway.Training.Options;
using Slipway.Training.State;
using static TorchSharp.torch;

namespace Slipway.Training.Loop;

/// <summary>
/// The whole state of a training between two steps: <c>state-000123.safetensors</c> with the state of each of its parts
/// and every step's figures. Data order, noise and captions need no state: they follow from the seed and the step.
/// They are written a tensor at a time: what lies on a card needs memory for the largest of them. Files are written whole or not at all; only the newest is kept. One that is damaged is told and removed, and the
/// training goes on from the one before it, if that is still there, else from its start. One that the system does not give ends the training: it may be whole, and hours of work.
/// </summary>
/// <param name="folder">A folder that belongs to this training alone.</param>
/// <param name="identity">See <see cref="Identity"/>.</param>
/// <param name="parts">Names are unique, and none is another's beginning up to a dot.</param>
/// <param name="warn">Takes a line about each damaged file.</param>
internal sealed class Checkpoint(string folder, string identity, IReadOnlyList<(string Name, ICheckpointed Part)> parts, Action<string> warn)
{
    private const string Prefix = "state-";
    private const string Extension = ".safetensors";

    // Scaled losses have one figure more, second rates of text encoders one behind that.
    private const int RowLength = 10;

    /// <summary>What must be equal for a checkpoint to be resumed: the options, the files that it starts from, and the images.</summary>
    public static string Identity(TrainingOptions options, IReadOnlyList<TrainingImage> images)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // Where weights wait changes no bit: a training goes on with them elsewhere.
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(options with { BlocksToSwap = 0 }));
        foreach (var file in options.Network.Start.Hashes)
            hash.AppendData(file);
        foreach (var image in images)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"\0{image.Name}\0{image.Width}×{image.Height}\0{image.OriginalSize}\0{image.CropTopLeft}\0{image.ResizedSize}\0{image.Repeats}\0{image.Caption}\0{image.Subset}\0"));
            foreach (var pixels in image.Source is { } source ? [source.Content] : new[] { image.Rgb, image.Mask, image.Uncropped?.Rgb, image.Uncropped?.Mask })
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
            List<KeyValuePair<string, Tensor>> tensors =
            [
                .. parts.SelectMany(part => part.Part.State().Select(state => KeyValuePair.Create($"{part.Name}.{state.Key}", state.Value))),
                new("history", History(history)),
            ];
            if (Directory.Exists(path))
                Remove(path);
            SafetensorsWriter.Write(path, tensors, SealedTensors.Seal(tensors, new Dictionary<string, string>(StringComparer.Ordinal) { ["identity"] = identity }));
        }
        foreach (var older in Directory.GetFileSystemEntries(folder, Prefix + "*").Where(s => s != path))
            Remove(older);
    }

    /// <summary>Puts the newest checkpoint back, if there is one.</summary>
    /// <returns>The figures of the steps already taken.</returns>
    /// <exception cref="InvalidDataException">It is of another training, or no checkpoint.</exception>
    /// <exception cref="IOException">The system does not give it.</exception>
    public IReadOnlyList<StepMetrics> Resume()
    {
        try
        {
            using var file = OpenNewest();
            return file is null ? [] : Resume(file);
        }
        catch (Exception exception) when (Flaw.IsUnreadable(exception))
        {
            throw Flaw.Unreadable(exception).Refusal("A checkpoint", "delete it to go on from the one before it, else from the start");
        }
    }

    private IReadOnlyList<StepMetrics> Resume(SafetensorsFile file)
    {
        if (file.Metadata.GetValueOrDefault("identity") != identity)
            throw new InvalidDataException($"{file.Path}: is a checkpoint of a training with other options or images; delete it or choose another checkpoint folder.");
        using var scope = NewDisposeScope();
        try
        {
            foreach (var (name, part) in parts)
                part.Restore(ReadPart(file, name + "."));
            var rows = file.Read("history");
            return [.. SavedState.Numbers(rows).Chunk((int)rows.shape[1]).Select(Figures)];
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"{file.Path}: {exception.Message}; delete the file.", exception);
        }
    }

    /// <summary>The newest that is as it was written; null when there is none.</summary>
    private SafetensorsFile? OpenNewest()
    {
        foreach (var path in States().OrderDescending(StringComparer.Ordinal))
        {
            try
            {
                return SealedTensors.Open(path);
            }
            catch (FileNotFoundException)
            {
                // It went since the folder was listed.
            }
            catch (InvalidDataException exception)
            {
                warn($"A checkpoint is damaged and was removed; the training goes on from the one before it, else from its start: {exception.Message}");
                Remove(path);
            }
        }

        return null;
    }

    private static void Remove(string path)
    {
        if (Directory.Exists(path) && new DirectoryInfo(path).LinkTarget is null)
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
    }

    private static Dictionary<string, Tensor> ReadPart(SafetensorsFile file, string prefix) =>
        file.Tensors.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(key => key[prefix.Length..], key => file.Read(key), StringComparer.Ordinal);

    private IEnumerable<string> States() =>
        Directory.Exists(folder) ? Directory.GetFileSystemEntries(folder, Prefix + "*" + Extension) : [];

    private static Tensor History(IReadOnlyList<StepMetrics> history) => tensor(
        history.SelectMany(Row).ToArray(), [history.Count, history is [var first, ..] ? Row(first).Length : RowLength], dtype: ScalarType.Float64);

    private static double[] Row(StepMetrics m) =>
    [
        m.Step, m.Epoch, m.Loss, m.AverageLoss, m.GradNorm, m.LrUNet, m.LrTextEncoder,
        .. m.Validation is { } v ? [v.Total, v.Subject, v.Background] : new[] { double.NaN, double.NaN, double.NaN },
        .. m.LrTextEncoder2 is { } second ? [m.LossScale ?? double.NaN, second] : m.LossScale is { } scale ? new[] { scale } : [],
    ];

    private static StepMetrics Figures(double[] row) => new((int)row[0], (int)row[1], row[2], row[3], row[4], row[5], row[6])
    {
        Validation = double.IsNaN(row[7]) ? null : new ValidationLosses(row[7], row[8], row[9]),
        LossScale = row.Length > RowLength && !double.IsNaN(row[RowLength]) ? row[RowLength] : null,
        LrTextEncoder2 = row.Length > RowLength + 1 ? row[RowLength + 1] : null,
    };
}
