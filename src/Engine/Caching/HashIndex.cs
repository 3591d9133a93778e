using System.Buffers.Binary;
using System.Text;
using Slipway.Engine.Files;

namespace Slipway.Engine.Caching;

/// <summary>
/// The remembered hashes on disk, in a <see cref="CheckedFile"/>: for each folder its path, the number of its files, and
/// what <see cref="FolderIndex"/> says of them. It is read at once and never taken apart: a hundred thousand files cost
/// no object each. A file that is not exactly that counts as empty: everything in it can be computed again.
/// </summary>
internal static class HashIndex
{
    private const string Kind = "file-hashes.2";

    /// <summary>The folders by path; empty where there is no index, or a damaged one.</summary>
    public static Dictionary<string, FolderIndex> Read(string file, Action<string> warn)
    {
        var folders = new Dictionary<string, FolderIndex>(StringComparer.Ordinal);
        var content = FileOf(file).TryRead(out var flaw);
        if (flaw is not null)
            warn($"The memory of the files' hashes {flaw}; the files are read again.");
        for (var rest = content ?? default; rest.Length > 0;)
        {
            var path = Encoding.UTF8.GetString(Take(ref rest, TakeNumber(ref rest)).Span);
            var count = TakeNumber(ref rest);
            folders[path] = new FolderIndex(Take(ref rest, count * FolderIndex.EntrySize), Take(ref rest, TakeNumber(ref rest)));
        }

        return folders;
    }

    /// <summary>Writes the folders; those without files are left out.</summary>
    public static void Write(string file, IEnumerable<KeyValuePair<string, FolderIndex>> folders)
    {
        using var memory = new MemoryStream();
        foreach (var (path, folder) in folders.Where(folder => folder.Value.Count > 0).OrderBy(folder => folder.Key, StringComparer.Ordinal))
        {
            var name = Encoding.UTF8.GetBytes(path);
            WriteNumber(memory, name.Length);
            memory.Write(name);
            WriteNumber(memory, folder.Count);
            memory.Write(folder.Entries.Span);
            WriteNumber(memory, folder.Names.Length);
            memory.Write(folder.Names.Span);
        }

        FileOf(file).WriteUnflushed(memory.GetBuffer().AsSpan(0, (int)memory.Length));
    }

    private static CheckedFile FileOf(string file) => new(Path.GetDirectoryName(Path.GetFullPath(file))!, file, Kind, "-");

    private static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> rest, int length)
    {
        var taken = rest[..length];
        rest = rest[length..];
        return taken;
    }

    private static int TakeNumber(ref ReadOnlyMemory<byte> rest) => BinaryPrimitives.ReadInt32LittleEndian(Take(ref rest, sizeof(int)).Span);

    private static void WriteNumber(MemoryStream memory, int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        memory.Write(bytes);
    }
}
