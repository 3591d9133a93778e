using System.Diagnostics;
using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

/// <summary>Whatever happens to a file of the cache: the run that reads it says so, its result is right, and the next run is as any other.</summary>
[Trait("Tier", "slow")]
public sealed class DamageTests : IDisposable
{
    private readonly Workshop _workshop = new();

    public void Dispose() => _workshop.Dispose();

    public static TheoryData<string> Damages => [.. All.Keys];

    private static readonly Dictionary<string, Action<string>> All = new(StringComparer.Ordinal)
    {
        ["empty"] = path => Overwrite(path, []),
        ["cut off by a byte"] = path => Overwrite(path, [.. File.ReadAllBytes(path).SkipLast(1)]),
        ["cut off in its first line"] = path => Overwrite(path, [.. File.ReadAllBytes(path).Take(1)]),
        ["a byte longer"] = path => Overwrite(path, [.. File.ReadAllBytes(path), 0]),
        ["missing"] = File.Delete,
        ["a folder"] = path =>
        {
            File.Delete(path);
            Directory.CreateDirectory(path);
            File.WriteAllText(Path.Combine(path, "x"), "x");
        },
        ["a link to a sound file"] = path =>
        {
            var moved = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}");
            File.Move(path, moved);
            File.CreateSymbolicLink(path, moved);
        },
        ["a link that leads nowhere"] = path =>
        {
            File.Delete(path);
            File.CreateSymbolicLink(path, path + ".nowhere");
        },
        ["a named pipe"] = path =>
        {
            File.Delete(path);
            using var process = Process.Start("mkfifo", [path]);
            process.WaitForExit();
        },
        ["another file of its kind"] = path =>
        {
            var other = Directory.GetFiles(Path.GetDirectoryName(Path.GetDirectoryName(path))!, "*", SearchOption.AllDirectories).FirstOrDefault(file => file != path);
            Overwrite(path, other is null ? [1] : File.ReadAllBytes(other));
        },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void Every_damaged_file_is_noticed_told_and_made_again(string damage)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no named pipes in folders, and no links for everybody.");
        _workshop.Run();
        foreach (var file in Files())
        {
            All[damage](_workshop[file]);

            Directory.Delete(_workshop["artifacts"], recursive: true);
            _workshop.Run();

            Assert.True(damage == "missing" || IsLock(file) || _workshop.Warnings.Count == 1, $"{file}: {string.Join('\n', _workshop.Warnings)}");
            AssertSound(file);
        }
    }

    [Fact]
    public void Every_byte_counts()
    {
        _workshop.Run();
        foreach (var file in Files().Where(file => !IsLock(file)))
        {
            var length = (int)new FileInfo(_workshop[file]).Length;
            for (var at = 0; at < length; at += Math.Max(1, length / 20))
            {
                var bytes = File.ReadAllBytes(_workshop[file]);
                bytes[at] ^= (byte)(1 << (at % 8));
                Overwrite(_workshop[file], bytes);

                Directory.Delete(_workshop["artifacts"], recursive: true);
                _workshop.Run();

                Assert.True(_workshop.Warnings.Count == 1, $"{file}, byte {at}: {string.Join('\n', _workshop.Warnings)}");
                if (at == 0)
                    AssertSound(file);
            }
        }
    }

    [Fact]
    public void A_file_in_the_place_of_a_folder_of_the_cache_goes_out_of_the_way()
    {
        _workshop.Run();
        foreach (var folder in Directory.GetDirectories(_workshop[".slipway"], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
            File.WriteAllText(folder, "in the way");
            Directory.Delete(_workshop["artifacts"], recursive: true);

            _workshop.Color += "!";
            _workshop.Run();
        }

        _workshop.Run();
        Assert.Empty(_workshop.Warnings);
        Assert.Empty(_workshop.Made);
    }

    /// <summary>The files that a run reads again, as they are named at this moment.</summary>
    private List<string> Files()
    {
        var files = Directory.GetFiles(_workshop[".slipway"], "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(_workshop.Root, file))
            .Where(IsRead)
            .Order(StringComparer.Ordinal)
            .ToList();
        Assert.Equal(["ac", "cas", "cas", "file-hashes", "history", "laid-out", "locks"], files.Select(file => file.Split('/')[1]));
        return files;
    }

    // Nothing is read from a lock: it is held, or not, and who holds it is told only to who waits.
    private static bool IsLock(string file) => file.StartsWith(".slipway/locks/", StringComparison.Ordinal);

    // An item's own record is read only when the manifest does not serve.
    private bool IsRead(string file) => !file.EndsWith($"{_workshop.KeyOf("a")}", StringComparison.Ordinal) && !file.EndsWith($"{_workshop.KeyOf("b")}", StringComparison.Ordinal);

    private void AssertSound(string file)
    {
        _workshop.Run();
        Assert.Empty(_workshop.Warnings);
        Assert.Empty(_workshop.Made);
        using var cache = _workshop.Open();
        Assert.True(Verification.Of(cache).IsSound, file);
    }

    private static void Overwrite(string path, byte[] bytes)
    {
        File.Delete(path);
        File.WriteAllBytes(path, bytes);
    }
}
