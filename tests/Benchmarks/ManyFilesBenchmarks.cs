using BenchmarkDotNet.Attributes;
using Slipway.Engine.Caching;
using Slipway.Testing;

namespace Slipway.Benchmarks;

/// <summary>A dataset of 50,000 pictures and their captions in one folder, when nothing has changed: from the folder's name to the key.</summary>
[MemoryDiagnoser]
public class ManyFilesBenchmarks
{
    private const int Pairs = 50_000;
    private readonly TemporaryFolder _folder = new();

    [GlobalSetup]
    public void Write()
    {
        Directory.CreateDirectory(_folder["set"]);
        for (var i = 0; i < Pairs; i++)
        {
            File.WriteAllText(_folder[$"set/{i:D5}.png"], $"picture {i}");
            File.WriteAllText(_folder[$"set/{i:D5}.txt"], $"caption {i}");
        }

        Thread.Sleep(TimeSpan.FromSeconds(3)); // until every stamp is older than the clock's grain
        var hasher = NewHasher();
        hasher.HashFolder(_folder["set"]);
        hasher.Save();
    }

    [GlobalCleanup]
    public void Delete() => _folder.Dispose();

    /// <summary>As every run does it first: the memory of the hashes is read, the folder listed, every stamp compared.</summary>
    [Benchmark]
    public ContentHash KeyOfAnUnchangedFolder() => KeyOf(NewHasher());

    private ContentHash KeyOf(FileHasher hasher) =>
        new Fingerprint([FingerprintEntry.Files("dataset", "set", new FileListing(hasher.HashFolder(_folder["set"])))]).Key;

    private FileHasher NewHasher() => new(_folder.Path, _folder["hashes"]);
}
