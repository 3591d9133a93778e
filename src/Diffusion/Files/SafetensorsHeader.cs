using System.Text.Json;
using System.Text.Unicode;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Files;

/// <summary>
/// Reads the JSON header of a safetensors file (https://github.com/huggingface/safetensors, "Format") and checks
/// that the tensors cover the <c>dataLength</c> bytes behind it exactly: no hole, no overlap, nothing left over. It is read
/// token by token, since a serializer would take a tensor that comes twice for the last of the two.
/// </summary>
internal sealed class SafetensorsHeader
{
    private const int MostDimensions = 64;

    private readonly string _file;
    private readonly long _dataLength;
    private readonly Dictionary<string, TensorEntry> _tensors = new(StringComparer.Ordinal);
    private Dictionary<string, string>? _metadata;

    /// <exception cref="InvalidDataException">The header is damaged; the message names the file and the tensor.</exception>
    public SafetensorsHeader(ReadOnlySpan<byte> json, long dataLength, string file)
    {
        (_file, _dataLength) = (file, dataLength);
        if (!Utf8.IsValid(json))
            throw Damaged("its header is not UTF-8");
        try
        {
            Read(json);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{_file} is damaged: its header is not the JSON of a safetensors file ({exception.Message}).", exception);
        }

        RequireFullCover();
    }

    public IReadOnlyDictionary<string, TensorEntry> Tensors => _tensors;

    public IReadOnlyDictionary<string, string> Metadata => _metadata ?? [];

    private void Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Damaged("its header is no JSON object");
        while (NextProperty(ref reader) is { } name)
        {
            if (name == "__metadata__")
                ReadMetadata(ref reader);
            else if (!_tensors.TryAdd(name, ReadTensor(ref reader, name)))
                throw Damaged($"tensor '{name}' is listed twice");
        }

        // Only padding may follow: this throws at anything else.
        reader.Read();
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        if (_metadata is not null)
            throw Damaged("'__metadata__' is listed twice");
        _metadata = new(StringComparer.Ordinal);
        Require(ref reader, JsonTokenType.StartObject, "'__metadata__' is no JSON object");
        while (NextProperty(ref reader) is { } key)
        {
            Require(ref reader, JsonTokenType.String, $"metadata '{key}' is no string");
            if (!_metadata.TryAdd(key, reader.GetString()!))
                throw Damaged($"metadata '{key}' is listed twice");
        }
    }

    private TensorEntry ReadTensor(ref Utf8JsonReader reader, string name)
    {
        var (type, shape, offsets) = (default((ScalarType Type, Float8? Stored)?), default(List<long>), default(List<long>));
        Require(ref reader, JsonTokenType.StartObject, $"the entry of tensor '{name}' is no JSON object");
        while (NextProperty(ref reader) is { } key)
        {
            switch (key)
            {
                case "dtype" when type is null:
                    type = ReadType(ref reader, name);
                    break;
                case "shape" when shape is null:
                    shape = ReadNumbers(ref reader, name, key);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ReadNumbers(ref reader, name, key);
                    break;
                default:
                    throw Damaged($"tensor '{name}' has an unknown or second entry '{key}'; expected dtype, shape, data_offsets");
            }
        }

        return type is { } known && shape is not null && offsets is [var begin, var end]
            ? Check(new TensorEntry(name, known.Type, shape, begin, end - begin) { Float8 = known.Stored })
            : throw Damaged($"tensor '{name}' lacks its dtype, its shape or its two data_offsets");
    }

    private (ScalarType Type, Float8? Stored) ReadType(ref Utf8JsonReader reader, string name)
    {
        Require(ref reader, JsonTokenType.String, $"the dtype of tensor '{name}' is no string");
        var text = reader.GetString()!;
        if (Float8.Find(text) is { } stored)
            return (ScalarType.Float16, stored);
        return SafetensorsTypes.Find(text) is { } type
            ? (type, null)
            : throw new InvalidDataException($"{_file}: tensor '{name}' has dtype '{text}', which TorchSharp does not have. Expected one of {SafetensorsTypes.Names}, {Float8.E4M3.Name}, {Float8.E5M2.Name}; convert the file.");
    }

    private List<long> ReadNumbers(ref Utf8JsonReader reader, string name, string key)
    {
        var numbers = new List<long>();
        Require(ref reader, JsonTokenType.StartArray, $"{key} of tensor '{name}' is no list");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var number) || number < 0)
                throw Damaged($"{key} of tensor '{name}' holds something else than whole numbers from 0 to 2^63 - 1");
            numbers.Add(number);
        }

        return numbers;
    }

    private TensorEntry Check(TensorEntry tensor)
    {
        if (tensor.Shape.Count > MostDimensions)
            throw Damaged($"tensor '{tensor.Name}' has {tensor.Shape.Count} dimensions; torch has at most {MostDimensions}");
        var end = tensor.Offset + tensor.Length;
        if (tensor.Length < 0 || end > _dataLength)
            throw Damaged($"tensor '{tensor.Name}' is said to lie at bytes {tensor.Offset} to {end}, and the file has {_dataLength} bytes of tensors; it may be truncated");
        if (Bytes(tensor) is var bytes && bytes != (UInt128)tensor.Length)
            throw Damaged($"tensor '{tensor.Name}' ({tensor.StoredType} [{string.Join(", ", tensor.Shape)}]) has {tensor.Length} bytes, expected {bytes}");
        return tensor;
    }

    /// <summary>Also a tensor without elements must have a shape whose other lengths torch can multiply.</summary>
    private UInt128 Bytes(TensorEntry tensor)
    {
        var bytes = (UInt128)tensor.StoredSize;
        foreach (var length in tensor.Shape.Where(length => length > 0))
        {
            bytes *= (UInt128)length;
            if (bytes > long.MaxValue / 2)
                throw Damaged($"the shape of tensor '{tensor.Name}' is too large");
        }

        return tensor.Shape.Contains(0) ? 0 : bytes;
    }

    private void RequireFullCover()
    {
        long covered = 0;
        foreach (var tensor in _tensors.Values.OrderBy(tensor => tensor.Offset).ThenBy(tensor => tensor.Length))
        {
            if (tensor.Offset != covered)
                throw Damaged($"tensor '{tensor.Name}' begins at byte {tensor.Offset}, expected {covered}: tensors overlap or leave a hole");
            covered += tensor.Length;
        }

        if (covered != _dataLength)
            throw Damaged($"{_dataLength - covered} bytes follow the last tensor");
    }

    private static string? NextProperty(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.PropertyName ? reader.GetString() : null;
    }

    private void Require(ref Utf8JsonReader reader, JsonTokenType type, string otherwise)
    {
        reader.Read();
        if (reader.TokenType != type)
            throw Damaged(otherwise);
    }

    private InvalidDataException Damaged(string how) => new($"{_file} is damaged: {how}.");
}
