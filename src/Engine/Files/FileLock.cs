using System.Globalization;

namespace Slipway.Engine.Files;

/// <summary>
/// A lock between processes. It is held by the operating system on an open file (flock on Linux), so it ends with its
/// process, however that ends: there are no stale locks to clean up. The file itself stays.
/// </summary>
public sealed class FileLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <summary>Waits for the lock.</summary>
    /// <param name="path">The file to hold.</param>
    /// <param name="waiting">Called once, with the id of the holding process where it is known, when it has to wait.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task<FileLock> AcquireAsync(string path, Action<int?> waiting, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
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

    /// <summary>Takes the lock if it is free; null when somebody holds it.</summary>
    public static FileLock? TryAcquire(string path)
    {
        try
        {
            var held = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 0);
            File.WriteAllText(OwnerFile(path), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new FileLock(held);
        }
        catch (IOException e) when (IsHeld(e))
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>EAGAIN of Linux (11) and macOS (35), or one of Windows' two sharing violations (32, 33).</summary>
    private static bool IsHeld(IOException e) => (e.HResult & 0xffff) is 11 or 35 or 32 or 33;

    private static string OwnerFile(string path) => path + ".owner";

    private static int? OwnerOf(string path)
    {
        try
        {
            return int.TryParse(File.ReadAllText(OwnerFile(path)), CultureInfo.InvariantCulture, out var id) ? id : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
