using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Files;

/// <summary>
/// A safetensors file, open for reading: 8 bytes with the header's length, a JSON header, the tensors' bytes.
/// The file is not trusted: everything that the header claims is checked before a tensor is made. Tensors are read
/// on demand, straight into their own memory; a file that shrinks meanwhile is an exception, as it is not mapped.
/// </summary>
public sealed class SafetensorsFile : ITensorSource
{
    private const int PrefixLength = 8;
    private const int BufferLength = 1 << 20;
    private const int ElementsPerPiece = 1 << 20;
    private const long LongestHeader = 100_000_000;
    private static readonly string[] PickleExtensions = [".ckpt", ".pt", ".pth", ".bin", ".pkl"];

    private readonly SafeFileHandle _handle;
    private readonly SafetensorsHeader _header;
    private readonly long _dataStart;
    private readonly long _dataLength;
    private readonly Lock _gate = new();
    private Tensor? _piece;

    private SafetensorsFile(string path, SafeFileHandle handle)
    {
        (Path, _handle) = (path, handle);
        var length = RandomAccess.GetLength(handle);
        var headerLength = ReadHeaderLength(length);
        _dataStart = PrefixLength + headerLength;
        _dataLength = length - _dataStart;
        var json = new byte[headerLength];
        ReadExactly(json, PrefixLength);
        _header = new SafetensorsHeader(json, _dataLength, path);
    }

    /// <summary>The path as given to <see cref="Open"/>; every message names it.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorEntry> Tensors => _header.Tensors;

    /// <summary>The header's <c>__metadata__</c>; empty where the file has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Opens the file and reads and checks its header.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is a pickle, or no intact safetensors file.</exception>
    public static SafetensorsFile Open(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path} does not exist. Expected a .safetensors file.", path);
        if (PickleExtensions.Contains(System.IO.Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
            throw Pickle(path);
        var handle = File.OpenHandle(path);
        try
        {
            return new SafetensorsFile(path, handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Tensor Read(string name, ScalarType? to = null)
    {
        var entry = Entry(name);
        return Read(entry, [.. entry.Shape], _dataStart + entry.Offset, to ?? entry.Type);
    }

    /// <inheritdoc/>
    public Tensor ReadRows(string name, long first, long count, ScalarType? to = null)
    {
        var entry = Entry(name);
        if (entry.Shape.Count == 0 || first < 0 || count < 0 || first > entry.Shape[0] - count)
            throw new ArgumentOutOfRangeException(nameof(first), $"Tensor '{name}' [{string.Join(", ", entry.Shape)}] has no rows {first} to {first + count}.");
        var rowLength = entry.Shape[0] == 0 ? 0 : entry.Length / entry.Shape[0];
        return Read(entry, [count, .. entry.Shape.Skip(1)], _dataStart + entry.Offset + first * rowLength, to ?? entry.Type);
    }

    /// <summary>
    /// SHA-256 of all bytes behind the header, in lower-case hexadecimal: the file's identity whatever its metadata say
    /// (sd-scripts' <c>sshs_model_hash</c>).
    /// </summary>
    public string ModelHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferLength];
        for (long done = 0; done < _dataLength;)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, _dataLength - done));
            ReadExactly(part, _dataStart + done);
            hash.AppendData(part);
            done += part.Length;
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _piece?.Dispose();
        _handle.Dispose();
    }

    private TensorEntry Entry(string name) => Tensors.TryGetValue(name, out var entry) ? entry : throw new InvalidDataException($"{Path} has no tensor '{name}'.");

    private Tensor Read(TensorEntry entry, long[] shape, long position, ScalarType type)
    {
        var tensor = empty(shape, type, CPU);
        using var flat = tensor.view(-1);
        if (type == entry.Type)
            Fill(flat, entry, position);
        else
            FillConverted(entry, flat, position);
        return tensor;
    }

    /// <summary>
    /// Piece by piece, and each in the same memory as long as the file is open: freed between tensors that stay, tensors in the
    /// file's type, or pieces of them, leave holes in the heap that make the process larger by half a gigabyte.
    /// </summary>
    private void FillConverted(TensorEntry entry, Tensor target, long position)
    {
        lock (_gate)
        {
            using var scope = NewDisposeScope();
            if (_piece?.dtype != entry.Type)
            {
                _piece?.Dispose();
                _piece = empty(ElementsPerPiece, entry.Type, CPU).DetachFromDisposeScope();
            }

            for (long start = 0; start < target.numel(); start += ElementsPerPiece)
            {
                var count = Math.Min(ElementsPerPiece, target.numel() - start);
                var stored = _piece.narrow(0, 0, count);
                Fill(stored, entry, position + (start * entry.StoredSize));
                target.narrow(0, start, count).copy_(stored);
            }
        }
    }

    private void Fill(Tensor tensor, TensorEntry entry, long position)
    {
        TensorBytes.ForEachSpan(tensor, bytes =>
        {
            if (entry.Float8 is { } stored)
            {
                ReadFloat8(stored, bytes, position);
                position += bytes.Length / 2;
                return;
            }

            ReadExactly(bytes, position);
            if (entry.Type == ScalarType.Bool && bytes.ContainsAnyExceptInRange((byte)0, (byte)1))
                throw new InvalidDataException($"{Path} is damaged: tensor '{entry.Name}' (BOOL) holds bytes other than 0 and 1.");
            position += bytes.Length;
        });
    }

    private void ReadFloat8(Float8 stored, Span<byte> halves, long position)
    {
        var codes = new byte[Math.Min(BufferLength, halves.Length / 2)];
        while (!halves.IsEmpty)
        {
            var part = codes.AsSpan(0, Math.Min(codes.Length, halves.Length / 2));
            ReadExactly(part, position);
            stored.Decode(part, halves[..(part.Length * 2)]);
            halves = halves[(part.Length * 2)..];
            position += part.Length;
        }
    }

    private long ReadHeaderLength(long fileLength)
    {
        Span<byte> prefix = stackalloc byte[PrefixLength + 1];
        if (fileLength < prefix.Length)
            throw new InvalidDataException($"{Path} is {fileLength} bytes long: no safetensors file is that short.");
        ReadExactly(prefix, 0);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (prefix[^1] != '{' || length > LongestHeader)
            throw Foreign(prefix, length);
        if ((long)length > fileLength - PrefixLength)
            throw new InvalidDataException($"{Path} is truncated: its header needs {length} bytes, {fileLength - PrefixLength} are there.");
        return (long)length;
    }

    private InvalidDataException Foreign(ReadOnlySpan<byte> prefix, ulong headerLength)
    {
        if (prefix.StartsWith("PK"u8) || prefix[0] == 0x80)
            return Pickle(Path);
        if (prefix.StartsWith("version "u8))
            return new InvalidDataException($"{Path} is a Git LFS pointer and not the file itself. Run `git lfs pull`.");
        return prefix[^1] == '{'
            ? new InvalidDataException($"{Path}: its header would be {headerLength} bytes long; the format allows {LongestHeader}.")
            : new InvalidDataException($"{Path} is no safetensors file: expected a JSON header at byte {PrefixLength}.");
    }

    internal static InvalidDataException Pickle(string path) =>
        new($"{path} is a PyTorch pickle, which can run code when it is loaded, and is never read. Use the model's .safetensors file, or convert it with a tool and on a machine that you trust (diffusers: save_pretrained with safe_serialization).");

    private void ReadExactly(Span<byte> target, long position)
    {
        while (!target.IsEmpty)
        {
            var read = RandomAccess.Read(_handle, target, position);
            if (read == 0)
                throw new InvalidDataException($"{Path} is truncated: nothing to read at byte {position}.");
            target = target[read..];
            position += read;
        }
    }
}
