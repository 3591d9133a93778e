using System.Text;
using Slipway.Diffusion.Files;
using Xunit;

namespace Slipway.Diffusion.Tests.Files;

/// <summary>
/// Damaged files by the ten thousand, and by the hundred thousand where time is, made from intact ones by a seeded mutator that knows what headers consist of.
/// Each is read, or refused with the one exception that is meant for it.
/// </summary>
public sealed class SafetensorsFuzzTests : IDisposable
{
    private const int Seed = 20260101;

    /// <summary>Files whose allocations are not looked at: what the runtime allocates when code runs first.</summary>
    private const int Unmeasured = 1_000;

    /// <summary>
    /// What reading a header may allocate: its text, the entries and the message, several times the file. A size that is
    /// only claimed would show: the mutator claims gigabytes.
    /// </summary>
    private const int AllowedPerByte = 64;
    private const int AllowedAtAll = 32 * 1024;

    private static readonly string[] Headers =
    [
        """{"__metadata__":{"ss_x":"1","a":"ä帆"},"a.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"b":{"dtype":"F16","shape":[4],"data_offsets":[24,32]}}""",
        """{"t":{"data_offsets":[8,8],"shape":[0,5],"dtype":"I64"},"u":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"v":{"dtype":"BOOL","shape":[],"data_offsets":[8,9]}}   """,
        """{"x":{"dtype":"F8_E4M3","shape":[2,2],"data_offsets":[0,4]},"y":{"dtype":"BF16","shape":[1,1,3],"data_offsets":[4,10]}}""",
    ];

    private static readonly string[] Pieces =
    [
        "0", "1", "-1", "9223372036854775807", "9223372036854775808", "18446744073709551615", "4294967296", "2147483648", "1e308", "1.5", "00", "[", "]", "{", "}", ",", ":", "\"", "\\",
        "\\u0000", "\\ud800", "null", "true", "NaN", "F64", "F8_E5M2", "U64", "dtype", "shape", "data_offsets", "__metadata__", "[[[[[[[[[[[[[[[[", "{\"a\":{\"a\":{\"a\":", "\0", " ", "//", "/**/",
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly Random _random = new(Seed);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_damaged_file_is_refused_or_read_and_never_takes_more_memory_than_it_has_bytes_for() => Try(10_000);

    [Fact]
    [Trait("Tier", "slow")]
    public void So_it_is_with_a_hundred_thousand_of_them() => Try(100_000);

    private void Try(int files)
    {
        var path = _folder["x.safetensors"];
        // Written over, never emptied: some file systems flush a file that is replaced by way of nothing.
        using var target = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite);
        var (opened, refused) = (0, 0);
        for (var i = 0; i < files; i++)
        {
            var bytes = Mutate();
            RandomAccess.Write(target, bytes, 0);
            RandomAccess.SetLength(target, bytes.Length);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var isRead = TryRead(path, bytes.Length);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(i < Unmeasured || allocated <= AllowedAtAll + (AllowedPerByte * bytes.Length), $"file {i}, {bytes.Length} bytes: {allocated} bytes allocated");
            (opened, refused) = isRead ? (opened + 1, refused) : (opened, refused + 1);
        }

        // A mutator that damages nothing, or leaves nothing to read, would test nothing.
        Assert.InRange(opened, files / 100, files / 2);
        Assert.InRange(refused, files / 2, files);
    }

    /// <summary>Any other exception ends the test.</summary>
    private static bool TryRead(string path, long length)
    {
        try
        {
            using var file = SafetensorsFile.Open(path);
            Assert.InRange(file.Tensors.Values.Sum(tensor => tensor.Length), 0, length);
            foreach (var name in file.Tensors.Keys)
                file.Read(name).Dispose();
            return true;
        }
        catch (InvalidDataException exception)
        {
            Assert.Contains(path, exception.Message, StringComparison.Ordinal);
            return false;
        }
    }

    private byte[] Mutate()
    {
        var source = _random.Next(Headers.Length);
        var header = Encoding.UTF8.GetBytes(Headers[source]).ToList();
        var data = new byte[source switch { 0 => 32, 1 => 9, _ => 10 }];
        for (var changes = _random.Next(4); changes > 0; changes--)
            Change(header);
        var claimed = _random.Next(12) switch { 0 => _random.NextInt64(), 1 => header.Count + _random.Next(-9, 9), _ => header.Count };
        List<byte> file = [.. BitConverter.GetBytes(claimed), .. header, .. data];
        if (_random.Next(12) == 0 && _random.Next(file.Count) is var cut)
            file.RemoveRange(cut, file.Count - cut);
        if (_random.Next(20) == 0)
            file.AddRange(new byte[_random.Next(1, 9)]);
        return [.. file];
    }

    private void Change(List<byte> header)
    {
        if (header.Count == 0)
            return;
        var at = _random.Next(header.Count);
        var length = Math.Min(_random.Next(1, 24), header.Count - at);
        switch (_random.Next(7))
        {
            case 0:
                header[at] = (byte)_random.Next(256);
                break;
            case 1:
                header[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 2:
                header.RemoveRange(at, length);
                break;
            case 3:
                header.InsertRange(at, header.GetRange(_random.Next(header.Count - length + 1), length));
                break;
            case 4:
                header.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[_random.Next(Pieces.Length)]));
                break;
            default:
                ReplaceToken(header, at);
                break;
        }
    }

    /// <summary>Puts another piece in the place of the run of letters or digits at or behind <paramref name="at"/>.</summary>
    private void ReplaceToken(List<byte> header, int at)
    {
        var start = header.FindIndex(at, value => char.IsAsciiLetterOrDigit((char)value));
        if (start < 0)
            return;
        var end = header.FindIndex(start, value => !char.IsAsciiLetterOrDigit((char)value) && value != (byte)'_');
        header.RemoveRange(start, (end < 0 ? header.Count : end) - start);
        header.InsertRange(start, Encoding.UTF8.GetBytes(Pieces[_random.Next(Pieces.Length)]));
    }
}
