using Slipway.Diffusion.Files;
using Slipway.Engine.Caching;
using Slipway.Engine.Files;
using Slipway.Training.Data;
using static TorchSharp.torch;

namespace Slipway.Pipeline.Jobs;

/// <summary>
/// Latents and text embeddings between trainings: safetensors files by what they were computed from, the weights of the
/// part that computed them and the machine's libraries included, and no name.
/// </summary>
/// <param name="files">Where they are.</param>
/// <param name="model">The base model's entries, and everything about libtorch and the machine that can change its bytes.</param>
/// <param name="warn">Takes a line about each damaged file.</param>
internal sealed class KeptTensors(KeptFiles files, IReadOnlyList<FingerprintEntry> model, Action<string> warn) : ITensorCache
{
    private const string Version = "2";
    private const string Owner = "key";

    // What a part does not read changes nothing that it computes. A checkpoint in a single file is all parts'.
    private static readonly Dictionary<ModelPart, string[]> Foreign = new()
    {
        [ModelPart.Vae] = ["base_model/unet/", "base_model/scheduler/", "base_model/text_encoder", "base_model/tokenizer"],
        [ModelPart.TextEncoders] = ["base_model/unet/", "base_model/scheduler/", "base_model/vae/"],
    };

    public IReadOnlyList<Tensor>? Find(ModelPart part, string key)
    {
        var hash = KeyOf(part, key);
        if (files.Find(hash) is not { } path)
            return null;
        var what = $"A kept result of the {(part == ModelPart.Vae ? "autoencoder" : "text encoders")}";
        try
        {
            using var file = SealedTensors.Open(path);
            if (file.Metadata.GetValueOrDefault(Owner) == hash.ToString())
                return [.. file.Tensors.Keys.Order(StringComparer.Ordinal).Select(name => file.Read(name))];
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (InvalidDataException)
        {
            // Told below, as for any other damage.
        }
        catch (Exception exception) when (Flaw.IsUnreadable(exception))
        {
            warn($"{what} {Flaw.Unreadable(exception).Text}; it is computed again.");
            return null;
        }

        warn($"{what} is damaged ({hash}); it was removed and is computed again.");
        files.Remove(hash);
        return null;
    }

    public void Keep(ModelPart part, string key, IReadOnlyList<Tensor> tensors)
    {
        var named = tensors.Select((tensor, i) => KeyValuePair.Create($"{i}", tensor.cpu())).ToList();
        var hash = KeyOf(part, key);
        var metadata = SealedTensors.Seal(named, new Dictionary<string, string>(StringComparer.Ordinal) { [Owner] = hash.ToString() });
        files.Keep(hash, stream => SafetensorsWriter.Write(stream, named, metadata));
    }

    private ContentHash KeyOf(ModelPart part, string key) => new Fingerprint(
    [
        FingerprintEntry.Parameter("version", Version),
        FingerprintEntry.Parameter("part", $"{part}"),
        FingerprintEntry.Parameter("content", key),
        .. model.Where(entry => !Foreign[part].Any(start => entry.Role.StartsWith(start, StringComparison.Ordinal))),
    ]).Key;
}
