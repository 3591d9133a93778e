using System.Text.Json;
using Slipway.Engine.Files;

namespace Slipway.Slurm;

/// <summary>What a node says of itself: facts that are part of keys, by group, and how many threads compute where the plan names no number.</summary>
/// <param name="Groups">By name of the group: roles and values, in order.</param>
/// <param name="Threads">Threads of the CPU.</param>
public sealed record NodeFacts(IReadOnlyDictionary<string, IReadOnlyList<KeyValuePair<string, string>>> Groups, int Threads)
{
    /// <summary>Reads them; null where there are none that can be read.</summary>
    public static NodeFacts? TryRead(string path)
    {
        try
        {
            return File.Exists(path) && JsonSerializer.Deserialize<NodeFacts>(File.ReadAllBytes(path)) is { Groups.Count: > 0, Threads: > 0 } facts ? facts : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes them, whole or not at all.</summary>
    public void Write(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this), flush: false);
}
