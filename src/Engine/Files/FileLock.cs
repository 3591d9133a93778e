using System.Globalization;
using System.Text;

namespace Slipway.Engine.Files;

/// <summary>
/// A lock between processes. It is held by the operating system on an open file (flock on Linux), so it ends with its
/// process, however that ends: there are no stale locks to clean up. The file itself stays.
/// </summary>
public sealed class FileLock : IDisposable
{
    /// <summary>Ending of the file beside a lock that tells who holds it.</summary>
    internal const string OwnerExtension = ".owner";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <summary>Waits for the lock.</summary>
    /// <param name="path">The file to hold.</param>
    /// <param name="waiting">Called once, with the id of the holding process where it is known, when it has to wait.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task<FileLock> AcquireAsync(string path, Action<int?> waiting, CancellationToken cancellation)
    {
        for (var told = false; ; told = true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (TryAcquire(path) is { } held)
                return held;
            if (!told)
                waiting(OwnerOf(path));
            await Task.Delay(Pause, cancellation);
        }
    }

    /// <summary>Waits for a lock that nobody holds for long: who holds it is never told, and not written.</summary>
    public static FileLock Acquire(string path)
    {
        FileStream? held;
        while ((held = Open(path)) is null)
            Thread.Sleep(Pause / 10);
        return new FileLock(held);
    }

    /// <summary>Takes the lock if it is free; null when somebody holds it. What is no file in its place is put aside.</summary>
    /// <param name="path">The file to hold.</param>
    /// <param name="tells">Whether others are told who holds it.</param>
    public static FileLock? TryAcquire(string path, bool tells = true)
    {
        if (Open(path) is not { } held)
            return null;
        if (tells)
            TellOwner(path);
        return new FileLock(held);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static FileStream? Open(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (FileStatus.TypeAt(path) is not (FileType.Missing or FileType.File))
            Obstacle.SetAside(folder, path);
        FileStream? held = null;
        Obstacle.Overcome(Path.GetDirectoryName(folder)!, path, () =>
        {
            try
            {
                held = AtomicFile.InFolder(path, name => new FileStream(name, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 0));
            }
            catch (IOException e) when (IsHeld(e))
            {
                // Somebody has it.
            }
        });
        return held;
    }

    /// <summary>EAGAIN of Linux (11) and macOS (35), or one of Windows' two sharing violations (32, 33).</summary>
    private static bool IsHeld(IOException e) => (e.HResult & 0xffff) is 11 or 35 or 32 or 33;

    /// <summary>Says who holds the lock. It is for a message only: what cannot be written, or is damaged, is not said.</summary>
    private static void TellOwner(string path)
    {
        try
        {
            OwnerFile(path).WriteUnflushed(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The lock is held all the same.
        }
    }

    private static int? OwnerOf(string path) => OwnerFile(path).TryRead(out _) is { } content
        ? int.Parse(content.Span, CultureInfo.InvariantCulture)
        : null;

    private static CheckedFile OwnerFile(string path) =>
        new(Path.GetDirectoryName(Path.GetFullPath(path))!, path + OwnerExtension, "owner.2", Path.GetFileName(path));
}
