using System.Text;
using Slipway.Engine.Files;

namespace Slipway.Engine.Caching;

/// <summary>The stamps of a folder's remembered files, taken on another thread before anyone asks for them.</summary>
internal sealed class EarlyLook
{
    /// <summary>How long the stamps count, in milliseconds since the last of them was taken: what changes a moment after a file was looked at is not seen either way.</summary>
    private const long Fresh = 1000;

    private const int MostBytes = 1024;
    private readonly Task<FileStamp[]> _look;
    private long _ended;

    /// <param name="folder">Full path.</param>
    /// <param name="index">The names.</param>
    public EarlyLook(string folder, FolderIndex index) => _look = Task.Run(() => Take(folder, index));

    /// <summary>The stamps in the order of the index, as soon as all are there; those of files that are gone or cannot be looked at are zero. Null: they are too old.</summary>
    public FileStamp[]? Stamps => _look.Result is var stamps && Environment.TickCount64 - _ended <= Fresh ? stamps : null;

    private FileStamp[] Take(string folder, FolderIndex index)
    {
        var stamps = new FileStamp[index.Count];
        var path = new byte[Encoding.UTF8.GetByteCount(folder) + MostBytes];
        var start = Encoding.UTF8.GetBytes(folder, path);
        path[start++] = (byte)Path.DirectorySeparatorChar;
        for (var i = 0; i < stamps.Length; i++)
        {
            var name = index.NameAt(i);
            if (name.Length + 1 >= MostBytes)
                continue;
            name.CopyTo(path.AsSpan(start));
            path[start + name.Length] = 0;
            stamps[i] = FileStamp.Of(FileStatus.OfUtf8(path.AsSpan(0, start + name.Length + 1))) ?? default;
        }

        _ended = Environment.TickCount64;
        return stamps;
    }
}
