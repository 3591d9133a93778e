using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Files;

/// <summary>
/// Safetensors files that a program writes for itself and reads again, such as checkpoints: the metadata hold a SHA-256
/// over all other metadata and over every tensor's name, type, shape and bytes, so that no changed bit of the file is
/// taken for what was written.
/// </summary>
public static class SealedTensors
{
    private const string Key = "sha256";

    /// <summary>The metadata with the seal.</summary>
    /// <param name="tensors">The tensors that are going to be written.</param>
    /// <param name="metadata">What else the file's metadata say, such as whose it is.</param>
    public static IReadOnlyDictionary<string, string> Seal(IReadOnlyList<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string> metadata) =>
        new Dictionary<string, string>(metadata, StringComparer.Ordinal)
        {
            [Key] = SealOf(metadata, tensors.Select(tensor => (tensor.Key, tensor.Value.dtype, (IReadOnlyList<long>)tensor.Value.shape)), SafetensorsWriter.ModelHash(tensors)),
        };

    /// <summary>Opens a file that was sealed. What is no file with bytes (a folder, a link, a named pipe) is not opened.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is not as it was written.</exception>
    public static SafetensorsFile Open(string path)
    {
        RequireFile(path);
        var file = SafetensorsFile.Open(path);
        try
        {
            var metadata = file.Metadata.Where(pair => pair.Key != Key);
            var seal = SealOf(metadata, file.Tensors.Select(tensor => (tensor.Key, tensor.Value.Type, tensor.Value.Shape)), file.ModelHash());
            return file.Metadata.GetValueOrDefault(Key) == seal ? file : throw new InvalidDataException($"{path} is not as it was written.");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static void RequireFile(string path)
    {
        var entry = new FileInfo(path);
        if (Directory.Exists(path))
            throw new InvalidDataException($"{path} is a folder.");
        if (entry.LinkTarget is not null)
            throw new InvalidDataException($"{path} is a link.");
        if (entry is { Exists: true, Length: 0 })
            throw new InvalidDataException($"{path} is empty.");
    }

    private static string SealOf(IEnumerable<KeyValuePair<string, string>> metadata, IEnumerable<(string Name, ScalarType Type, IReadOnlyList<long> Shape)> tensors, string data)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            Append(sha, $"{key.Length}:{key}{value.Length}:{value}");
        foreach (var (name, type, shape) in tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal))
            Append(sha, $"{name.Length}:{name}{type}[{string.Join(',', shape)}]");
        Append(sha, data);
        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    private static void Append(IncrementalHash sha, string text) => sha.AppendData(Encoding.UTF8.GetBytes(text));
}
