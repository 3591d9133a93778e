using System.ComponentModel;
using System.Runtime.InteropServices;
using Slipway.Diffusion.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Build.Benches;

/// <summary>A file in which weights wait: of this process's memory they take no more than what has just been read.</summary>
internal sealed partial class WaitingFile : IWaitingPlace, IDisposable
{
    private const int DontNeed = 4; // MADV_DONTNEED, see madvise(2).

    private readonly Tensor _contents;
    private readonly nuint _bytes;
    private long _taken;

    /// <param name="path">Of the file, which is made.</param>
    /// <param name="bytes">Of all weights.</param>
    /// <param name="type">Of the weights.</param>
    public WaitingFile(string path, long bytes, ScalarType type)
    {
        _bytes = (nuint)bytes;
        _contents = from_file(path, shared: true, bytes / type.ElementSize(), type).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Take(Tensor weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        var place = _contents.narrow(0, _taken, weight.numel()).view(weight.shape);
        place.copy_(weight);
        _taken += weight.numel();
        WasRead();
        return place;
    }

    /// <inheritdoc/>
    public unsafe void WasRead()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using var first = _contents.narrow(0, 0, 1);
        fixed (byte* start = first.bytes)
        {
            if (Advise((nint)start, _bytes, DontNeed) != 0)
                throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _contents.Dispose();

    [LibraryImport("libc.so.6", EntryPoint = "madvise", SetLastError = true)]
    private static partial int Advise(nint start, nuint length, int advice);
}
