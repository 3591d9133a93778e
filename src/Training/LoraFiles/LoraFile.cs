using Slipway.Diffusion.Files;
using Slipway.Diffusion.Model;
using Slipway.Training.Metadata;
using Slipway.Training.Networks;
using static TorchSharp.torch;

namespace Slipway.Training.LoraFiles;

/// <summary>
/// A LoRA as sd-scripts and LyCORIS write it and web UIs read it: safetensors with <c>{name}.lora_down.weight</c>,
/// <c>{name}.lora_up.weight</c> (or <c>hada_*</c>, <c>lokr_*</c>), <c>{name}.alpha</c>, <c>{name}.dora_scale</c> and string metadata.
/// </summary>
public static class LoraFile
{
    private const string AlphaSuffix = ".alpha";

    /// <summary>
    /// Writes the network. <c>sshs_model_hash</c> (SHA-256 of all bytes behind the header) and
    /// <c>sshs_legacy_hash</c> (of 64 KiB at 1 MiB, in a file that has the <c>ss_*</c> metadata alone) are added.
    /// </summary>
    /// <param name="network">The network; its multiplier has no influence.</param>
    /// <param name="path">Replaced as a whole, or not at all.</param>
    /// <param name="metadata">See <see cref="LoraMetadata"/>.</param>
    /// <param name="precision"><c>save_precision</c>: float32, float16 or bfloat16; alphas are cast as well.</param>
    /// <exception cref="ArgumentException">Another precision.</exception>
    public static void Save(LoraNetwork network, string path, IReadOnlyDictionary<string, string> metadata, ScalarType precision = ScalarType.Float32)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(metadata);
        if (precision is not (ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16))
            throw new ArgumentException($"A LoRA is saved as Float32, Float16 or BFloat16, not as {precision}.", nameof(precision));
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var tensors = network.Adapters.SelectMany(m => Tensors(m, precision)).ToList();
        Write(path, tensors, metadata);
    }

    /// <summary>The element type of <c>save_precision</c>.</summary>
    /// <param name="precision">One of <see cref="Slipway.Training.Options.SaveOptions.Precisions"/>.</param>
    public static ScalarType TypeOf(string precision) => precision switch
    {
        "fp16" => ScalarType.Float16,
        "bf16" => ScalarType.BFloat16,
        _ => ScalarType.Float32,
    };

    /// <summary>Writes tensors, with the two hashes added to the metadata. The file is read again before it gets its name.</summary>
    /// <exception cref="InvalidDataException">It could not be read again: it holds values that are no numbers in its precision.</exception>
    internal static void Write(string path, IReadOnlyCollection<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var complete = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in metadata)
            complete[key] = value;
        (complete["sshs_model_hash"], complete["sshs_legacy_hash"]) = (SafetensorsWriter.ModelHash(tensors), LegacyHashOf(tensors, metadata));
        if (complete.ContainsKey(LoraMetadata.HashKey))
            complete[LoraMetadata.HashKey] = "0x" + complete["sshs_model_hash"];
        var names = tensors.Select(tensor => LoraKeys.Split(tensor.Key)?.Layer ?? tensor.Key).ToHashSet(StringComparer.Ordinal);
        SafetensorsWriter.Write(path, tensors, complete, written => LoraLayers.Verify(written, names));
    }

    /// <summary>
    /// Reads a network for <paramref name="model"/>, not yet attached, with the file's metadata. LoRA, LoCon and DoRA are
    /// read in the spellings of sd-scripts, LyCORIS, PEFT and diffusers, see <see cref="LoraKeys"/>, LoHa and LoKr in LyCORIS'.
    /// An alpha that is missing or 0 is the rank.
    /// </summary>
    /// <param name="model">Gets the branches.</param>
    /// <param name="path">The file.</param>
    /// <param name="warn">Told what is left out of the file, a line each.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// Keys that are not understood or no LoRA of this model, missing or mis-shaped tensors: all are listed. Or values that are no numbers.
    /// </exception>
    public static LoraNetwork Load(SdxlModel model, string path, Action<string>? warn = null)
    {
        var targets = LoraTargets.All(model);
        using var reader = LoraReader.Open(path, targets);
        foreach (var remark in reader.Remarks)
            warn?.Invoke(remark);
        return reader.ReadNetwork(targets);
    }

    private static IEnumerable<KeyValuePair<string, Tensor>> Tensors(Adapter module, ScalarType precision)
    {
        yield return new(module.Name + AlphaSuffix, tensor(module.Alpha).to(precision));
        foreach (var parameter in module.Parameters)
            yield return new($"{module.Name}.{parameter.Name}", parameter.Value.detach().to(precision, CPU));
    }

    // As in sd-scripts: of a file that has the training's metadata alone.
    private static string LegacyHashOf(IReadOnlyCollection<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var trained = metadata.Where(m => m.Key.StartsWith("ss_", StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal);
        return LegacyHash.OfWritten(stream => SafetensorsWriter.Write(stream, tensors, trained));
    }
}
