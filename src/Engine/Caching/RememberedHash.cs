using System.Runtime.InteropServices;

namespace Slipway.Engine.Caching;

/// <summary>A file's hash together with the stamp under which it was computed.</summary>
/// <param name="Stamp">The file's stamp before and after it was read.</param>
/// <param name="SeenNs">The clock before the file was read, nanoseconds since 1970.</param>
/// <param name="Hash">SHA-256 of the content.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RememberedHash(FileStamp Stamp, long SeenNs, ContentHash Hash)
{
    private const long ClockGrainNs = 20_000_000;       // kernels stamp files with a clock of 1 to 10 ms
    private const long CoarseGrainNs = 2_000_000_000;   // file systems that keep whole seconds (FAT: two)

    /// <summary>
    /// Whether a file that still shows the same stamp surely still has the same bytes. A file read within the clock's
    /// grain after its last change may have been changed once more under the same stamp.
    /// </summary>
    public bool IsTrusted
    {
        get
        {
            var grain = Stamp.ModifiedNs % 1_000_000_000 == 0 ? CoarseGrainNs : ClockGrainNs;
            return Math.Max(Stamp.ModifiedNs, Stamp.ChangedNs) + grain < SeenNs;
        }
    }
}
