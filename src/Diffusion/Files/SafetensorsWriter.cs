using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Slipway.Engine.Files;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Files;

/// <summary>
/// Writes safetensors files. The same tensors and metadata give the same bytes: tensors lie by element size, largest
/// first, then by name, as the format's Rust crate lays them out; metadata are sorted; the header is padded to 8 bytes. Its
/// members are named after tensors, beside one that is none: no record has them.
/// </summary>
public static class SafetensorsWriter
{
    private const int Alignment = 8;

    /// <summary>The metadata without which diffusers and transformers refuse a model's weights: whose conventions the tensors follow.</summary>
    public static readonly IReadOnlyDictionary<string, string> Torch = new Dictionary<string, string>(StringComparer.Ordinal) { ["format"] = "pt" };

    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the file in one step: a reader sees the old file or the whole new one, also after a power cut.</summary>
    /// <param name="path">The file to write or to replace.</param>
    /// <param name="tensors">By name.</param>
    /// <param name="metadata">Null: none.</param>
    /// <param name="check">Looks at the new file, by its temporary path, before it gets its name; when it throws, the old file stays.</param>
    /// <exception cref="ArgumentException">A name comes twice, or an element type is not in the format.</exception>
    public static void Write(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata, Action<string>? check = null) =>
        AtomicFile.Write(path, stream => Write(stream, tensors, metadata), check: check);

    /// <summary>The same, with tensors that are made one at a time: the memory needed is that of the largest.</summary>
    /// <exception cref="ArgumentException">A name comes twice, an element type is not in the format, or a tensor is not what was announced.</exception>
    public static void WriteOneByOne(string path, IEnumerable<PendingTensor> tensors, IReadOnlyDictionary<string, string>? metadata) =>
        AtomicFile.Write(path, stream => Write(stream, tensors, metadata));

    /// <summary>Writes the file's bytes to a stream.</summary>
    /// <exception cref="ArgumentException">A name comes twice, or an element type is not in the format.</exception>
    public static void Write(Stream stream, IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata) =>
        Write(stream, Pending(tensors), metadata);

    private static void Write(Stream stream, IEnumerable<PendingTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var ordered = Order(tensors);
        stream.Write(Header(ordered, metadata));
        WriteData(stream, ordered);
    }

    /// <summary>What <see cref="SafetensorsFile.ModelHash"/> will be of a file with these tensors: metadata may hold it.</summary>
    public static string ModelHash(IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        using var sha256 = SHA256.Create();
        using (var stream = new CryptoStream(Stream.Null, sha256, CryptoStreamMode.Write))
            WriteData(stream, Order(Pending(tensors)));
        return Convert.ToHexStringLower(sha256.Hash!);
    }

    private static IEnumerable<PendingTensor> Pending(IEnumerable<KeyValuePair<string, Tensor>> tensors) =>
        tensors.Select(tensor => PendingTensor.FromTensor(tensor.Key, tensor.Value));

    private static List<PendingTensor> Order(IEnumerable<PendingTensor> tensors)
    {
        var ordered = tensors.OrderBy(tensor => SafetensorsTypes.Rank(tensor.Type)).ThenBy(tensor => tensor.Name, StringComparer.Ordinal).ToList();
        var names = new HashSet<string>(StringComparer.Ordinal) { "__metadata__" };
        return ordered.Find(tensor => !names.Add(tensor.Name)) is { Name: { } name }
            ? throw new ArgumentException($"Tensor name '{name}' comes twice or is reserved.", nameof(tensors))
            : ordered;
    }

    private static byte[] Header(List<PendingTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var header = new MemoryStream();
        header.Write(new byte[sizeof(ulong)]);
        using (var json = new Utf8JsonWriter(header, Json))
            WriteJson(json, tensors, metadata);
        while (header.Length % Alignment != 0)
            header.WriteByte((byte)' ');
        var bytes = header.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(bytes, bytes.Length - sizeof(ulong));
        return bytes;
    }

    private static void WriteJson(Utf8JsonWriter json, List<PendingTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        json.WriteStartObject();
        if (metadata is { Count: > 0 })
        {
            json.WriteStartObject("__metadata__");
            foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                json.WriteString(key, value);
            json.WriteEndObject();
        }

        long offset = 0;
        foreach (var tensor in tensors)
        {
            var end = offset + tensor.Shape.Aggregate((long)SafetensorsTypes.Size(tensor.Type), (bytes, size) => bytes * size);
            json.WriteStartObject(tensor.Name);
            json.WriteString("dtype", SafetensorsTypes.Name(tensor.Type));
            WriteNumbers(json, "shape", tensor.Shape);
            WriteNumbers(json, "data_offsets", [offset, end]);
            json.WriteEndObject();
            offset = end;
        }

        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IReadOnlyList<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static void WriteData(Stream stream, List<PendingTensor> tensors)
    {
        foreach (var pending in tensors)
        {
            using var scope = NewDisposeScope();
            var tensor = pending.Make().detach();
            if (tensor.dtype != pending.Type || !tensor.shape.SequenceEqual(pending.Shape))
                throw new ArgumentException($"Tensor '{pending.Name}' is {tensor.dtype} [{string.Join(", ", tensor.shape)}]; announced was {pending.Type} [{string.Join(", ", pending.Shape)}].", nameof(tensors));
            TensorBytes.ForEachSpan(tensor.cpu().contiguous(), bytes => stream.Write(bytes));
        }
    }
}
