using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Slipway.Engine.Files;

/// <summary>
/// The names in one folder, sorted by their UTF-8 bytes, and the status of each. Where the system has getdents64 and
/// statx, neither a path nor a string is made for a file, and many are looked at side by side.
/// </summary>
internal sealed unsafe partial class FolderMembers
{
    private const int OpenFolder = 0x10000 | 0x80000; // O_DIRECTORY, O_CLOEXEC; O_RDONLY is 0
    private const int ManyFiles = 2000;

    // struct linux_dirent64: inode, offset, length of the entry, type, name with a zero at its end.
    private const int LengthAt = 16;
    private const int NameAt = 19;

    private readonly byte[] _names;
    private readonly int[] _starts;

    private FolderMembers(byte[] names, int[] starts, FileStatus[] status) => (_names, _starts, Status) = (names, starts, status);

    /// <summary>What each is, links followed.</summary>
    public FileStatus[] Status { get; }

    /// <summary>How many there are.</summary>
    public int Count => _starts.Length;

    /// <summary>A name in UTF-8.</summary>
    public ReadOnlySpan<byte> NameOf(int index)
    {
        var name = _names.AsSpan(_starts[index]);
        return name[..name.IndexOf((byte)0)];
    }

    /// <summary>Reads a folder and looks at everything in it.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static FolderMembers Of(string folder) => OperatingSystem.IsLinux() ? OfLinux(folder) : OfAny(folder);

    private static FolderMembers OfLinux(string folder)
    {
        var descriptor = Open(folder, OpenFolder);
        if (descriptor < 0)
            throw Failure(folder, Marshal.GetLastPInvokeError());
        try
        {
            var names = ReadNames(folder, descriptor, out var starts);
            Sort(names, starts);
            var members = new FolderMembers(names, starts, new FileStatus[starts.Length]);
            ForEach(starts.Length, (from, to) => members.Look(folder, descriptor, from, to));
            return members;
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>Does something for all indices from one on up to and without another, in parts side by side where there are many.</summary>
    public static void ForEach(int count, Action<int, int> action)
    {
        if (count < ManyFiles)
        {
            action(0, count);
            return;
        }

        var parts = Math.Min(Environment.ProcessorCount, 8);
        try
        {
            Parallel.For(0, parts, part => action((int)((long)count * part / parts), (int)((long)count * (part + 1) / parts)));
        }
        catch (AggregateException e) when (e.InnerException is IOException)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerException);
        }
    }

    private static FolderMembers OfAny(string folder)
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"{folder} does not exist.");
        var paths = Directory.GetFileSystemEntries(folder);
        using var names = new MemoryStream();
        var starts = new int[paths.Length];
        for (var i = 0; i < paths.Length; i++)
        {
            starts[i] = (int)names.Length;
            names.Write(Encoding.UTF8.GetBytes(Path.GetFileName(paths[i])));
            names.WriteByte(0);
        }

        var bytes = names.ToArray();
        Sort(bytes, starts);
        var members = new FolderMembers(bytes, starts, new FileStatus[starts.Length]);
        for (var i = 0; i < starts.Length; i++)
            members.Status[i] = FileStatus.Of(Path.Combine(folder, Encoding.UTF8.GetString(members.NameOf(i))));
        return members;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Look(string folder, int descriptor, int from, int to)
    {
        fixed (byte* names = _names)
        {
            for (var i = from; i < to; i++)
            {
                if (!FileStatus.TryGet(descriptor, names + _starts[i], out Status[i]))
                    Status[i] = FileStatus.Of(Path.Combine(folder, Encoding.UTF8.GetString(NameOf(i))));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static byte[] ReadNames(string folder, int descriptor, out int[] starts)
    {
        var (names, length, places) = (new byte[1 << 16], 0, new List<int>());
        var buffer = new byte[1 << 17];
        fixed (byte* entries = buffer)
        {
            for (nint read; (read = GetEntries(descriptor, entries, (nuint)buffer.Length)) != 0;)
            {
                if (read < 0)
                    throw Failure(folder, Marshal.GetLastPInvokeError());
                for (var at = 0; at < read;)
                {
                    var size = BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(at + LengthAt));
                    var name = buffer.AsSpan(at + NameAt, size - NameAt);
                    name = name[..(name.IndexOf((byte)0) + 1)];
                    at += size;
                    if (name.SequenceEqual(".\0"u8) || name.SequenceEqual("..\0"u8))
                        continue;
                    if (length + name.Length > names.Length)
                        Array.Resize(ref names, 2 * names.Length);
                    name.CopyTo(names.AsSpan(length));
                    places.Add(length);
                    length += name.Length;
                }
            }
        }

        starts = [.. places];
        return names;
    }

    /// <summary>
    /// Sorts by the bytes. Names in a folder of pictures begin alike, so the first eight bytes after what all begin with
    /// are compared as one number; only equal ones are compared letter by letter.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sort(byte[] names, int[] starts)
    {
        if (starts.Length < 2)
            return;
        var common = names.AsSpan(starts[0]).IndexOf((byte)0);
        foreach (var start in starts)
            common = Math.Min(common, names.AsSpan(starts[0], common).CommonPrefixLength(names.AsSpan(start)));
        var keys = new ulong[starts.Length];
        for (var i = 0; i < keys.Length; i++)
            keys[i] = KeyOf(names, starts[i] + common);
        Array.Sort(keys, starts);
        var order = Comparer<int>.Create((a, b) => Name(names, a).SequenceCompareTo(Name(names, b)));
        for (int from = 0, to; from < keys.Length; from = to)
        {
            for (to = from + 1; to < keys.Length && keys[to] == keys[from]; to++)
            {
            }

            if (to - from > 1)
                Array.Sort(starts, from, to - from, order);
        }
    }

    private static ReadOnlySpan<byte> Name(byte[] names, int start)
    {
        var name = names.AsSpan(start);
        return name[..name.IndexOf((byte)0)];
    }

    /// <summary>The next eight bytes as a number in their order; a name that ends before is filled with zeros.</summary>
    private static ulong KeyOf(byte[] names, int at)
    {
        var key = 0ul;
        var ended = false;
        for (var i = 0; i < sizeof(ulong); i++)
        {
            ended |= at + i >= names.Length || names[at + i] == 0;
            key = (key << 8) | (ended ? 0ul : names[at + i]);
        }

        return key;
    }

    private static IOException Failure(string folder, int error) => error is 2 or 20 // ENOENT, ENOTDIR
        ? new DirectoryNotFoundException($"{folder} does not exist.")
        : new IOException($"{folder} cannot be read: {new Win32Exception(error).Message}.");

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint GetEntries(int descriptor, byte* buffer, nuint length);
}
