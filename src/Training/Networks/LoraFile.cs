using System.Security.Cryptography;
using Slipway.Diffusion;
using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Training;

/// <summary>
/// A LoRA as sd-scripts writes it and web UIs read it: safetensors with <c>{name}.lora_down.weight</c>,
/// <c>{name}.lora_up.weight</c>, <c>{name}.alpha</c> and string metadata.
/// </summary>
public static class LoraFile
{
    private const string DownSuffix = ".lora_down.weight";
    private const string UpSuffix = ".lora_up.weight";
    private const string AlphaSuffix = ".alpha";

    /// <summary>
    /// Writes the network. <c>sshs_model_hash</c> (SHA-256 of all bytes behind the header) and
    /// <c>sshs_legacy_hash</c> (of 64 KiB at 1 MiB, in a file that has the <c>ss_*</c> metadata alone) are added.
    /// </summary>
    /// <param name="network">Its multiplier has no influence.</param>
    /// <param name="path">Replaced as a whole, or not at all.</param>
    /// <param name="metadata">See <see cref="LoraMetadata"/>.</param>
    /// <param name="precision"><c>save_precision</c>; alphas are cast as well.</param>
    public static void Save(LoraNetwork network, string path, IReadOnlyDictionary<string, string> metadata, ScalarType precision = ScalarType.Float32)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(metadata);
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var tensors = network.Modules.SelectMany(m => Tensors(m, precision)).ToList();
        var complete = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in metadata)
            complete[key] = value;
        (complete["sshs_model_hash"], complete["sshs_legacy_hash"]) = Hashes(tensors, metadata, path);
        SafetensorsWriter.Write(path, tensors, complete);
    }

    /// <summary>Reads a network for <paramref name="model"/>, not yet attached.</summary>
    /// <exception cref="InvalidDataException">Keys that are no LoRA of this model, missing or mis-shaped tensors: all are listed.</exception>
    public static LoraNetwork Load(SdxlModel model, string path)
    {
        using var file = SafetensorsFile.Open(path);
        var problems = new List<string>();
        var names = file.Tensors.Keys.Select(BaseName).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var targets = LoraNetwork.Targets(model, convolutions: true, textEncoders: true).Where(t => names.Contains(t.Name)).ToList();
        var known = targets.SelectMany(t => new[] { t.Name + DownSuffix, t.Name + UpSuffix, t.Name + AlphaSuffix }).ToHashSet(StringComparer.Ordinal);
        problems.AddRange(file.Tensors.Keys.Where(k => !known.Contains(k)).Order(StringComparer.Ordinal).Select(k => $"{k}: the model has no such layer"));

        var modules = new List<LoraModule>();
        foreach (var target in targets)
        {
            if (Read(file, target, problems) is { } module)
                modules.Add(module);
        }
        if (problems.Count == 0)
            return new LoraNetwork(modules);
        modules.ForEach(m => m.Dispose());
        throw new InvalidDataException($"LoRA file {path} does not fit the model: {string.Join("; ", problems)}. Use a LoRA that was trained on this model.");
    }

    private static LoraModule? Read(SafetensorsFile file, LoraTarget target, List<string> problems)
    {
        var missing = new[] { DownSuffix, UpSuffix }.Where(s => !file.Tensors.ContainsKey(target.Name + s)).ToList();
        if (missing.Count > 0)
        {
            problems.AddRange(missing.Select(s => $"{target.Name}{s}: missing"));
            return null;
        }
        using var scope = NewDisposeScope();
        try
        {
            return new LoraModule(target, Alpha(file, target), file.Read(target.Name + DownSuffix), file.Read(target.Name + UpSuffix));
        }
        catch (ArgumentException exception)
        {
            problems.Add(exception.Message);
            return null;
        }
    }

    // A file without alphas means alpha = rank, which is what LoraModule makes of 0.
    private static double Alpha(SafetensorsFile file, LoraTarget target) =>
        file.Tensors.ContainsKey(target.Name + AlphaSuffix)
            ? file.Read(target.Name + AlphaSuffix).to(ScalarType.Float64).reshape(-1)[0].item<double>()
            : 0;

    private static IEnumerable<KeyValuePair<string, Tensor>> Tensors(LoraModule module, ScalarType precision)
    {
        yield return new(module.Name + AlphaSuffix, tensor(module.Alpha).to(precision));
        yield return new(module.Name + DownSuffix, module.Down.detach().to(precision, CPU));
        yield return new(module.Name + UpSuffix, module.Up.detach().to(precision, CPU));
    }

    private static string? BaseName(string key) =>
        new[] { DownSuffix, UpSuffix, AlphaSuffix }.Where(key.EndsWith).Select(s => key[..^s.Length]).FirstOrDefault();

    private static (string Model, string Legacy) Hashes(List<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string> metadata, string path)
    {
        var draft = path + ".draft";
        try
        {
            SafetensorsWriter.Write(draft, tensors, metadata.Where(m => m.Key.StartsWith("ss_", StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal));
            using var stream = File.OpenRead(draft);
            var length = new byte[8];
            stream.ReadExactly(length);
            stream.Position = 8 + BitConverter.ToInt64(length);
            var model = Convert.ToHexStringLower(SHA256.HashData(stream));
            var window = new byte[0x10000];
            stream.Position = 0x100000;
            var read = stream.ReadAtLeast(window, window.Length, throwOnEndOfStream: false);
            return (model, Convert.ToHexStringLower(SHA256.HashData(window.AsSpan(0, read)))[..8]);
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
