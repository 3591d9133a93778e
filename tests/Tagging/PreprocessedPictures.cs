using System.Buffers.Binary;
using System.Text.Json;

namespace Slipway.Tagging.Tests;

/// <summary>
/// golden/preprocessed.safetensors: pictures as sd-scripts 48d368fa hands them to a WD14 tagger, as bytes in the order B, G, R.
/// Of each it holds every second or fourth pixel of every second or fourth row.
/// </summary>
internal sealed class PreprocessedPictures
{
    private readonly byte[] _file = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "golden", "preprocessed.safetensors"));
    private readonly JsonElement _header;
    private readonly int _start;

    public PreprocessedPictures()
    {
        _start = sizeof(long) + (int)BinaryPrimitives.ReadInt64LittleEndian(_file);
        _header = JsonDocument.Parse(_file.AsMemory(sizeof(long), _start - sizeof(long))).RootElement;
    }

    public (int Side, int Step, byte[] Bytes) Of(string picture)
    {
        var (entry, step) = _header.TryGetProperty(picture + ".every2nd_pixel", out var second) ? (second, 2) : (_header.GetProperty(picture + ".every4th_pixel"), 4);
        var offsets = entry.GetProperty("data_offsets");
        return (entry.GetProperty("shape")[0].GetInt32(), step, _file[(_start + offsets[0].GetInt32())..(_start + offsets[1].GetInt32())]);
    }
}
