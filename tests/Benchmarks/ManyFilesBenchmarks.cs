using BenchmarkDotNet.Attributes;
using Slipway.Engine.Caching;

namespace Slipway.Benchmarks;

/// <summary>A dataset of 50,000 pictures and their captions in one folder, when nothing has changed: from the folder's name to the key.</summary>
[MemoryDiagnoser]
public class ManyFilesBenchmarks
{
    private const int Pairs = 50_000;
    private string _folder = "";

    [GlobalSetup]
    public void Write()
    {
        _folder = Directory.CreateTempSubdirectory("slipway-").FullName;
        Directory.CreateDirectory(Of("set"));
        for (var i = 0; i < Pairs; i++)
        {
            File.WriteAllText(Of($"set/{i:D5}.png"), $"picture {i}");
            File.WriteAllText(Of($"set/{i:D5}.txt"), $"caption {i}");
        }

        Thread.Sleep(TimeSpan.FromSeconds(3)); // until every stamp is older than the clock's grain
        var hasher = NewHasher();
        KeyOf(hasher);
        hasher.Save();
    }

    [GlobalCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    /// <summary>As every run does it first: the memory of the hashes is read, and every file's stamp compared.</summary>
    [Benchmark]
    public ContentHash KeyOfAnUnchangedFolder() => KeyOf(NewHasher());

    private ContentHash KeyOf(FileHasher hasher) =>
        new Fingerprint(Directory.EnumerateFiles(Of("set")).Select(file => new FingerprintEntry(EntryKind.File, file, file, hasher.Hash(file)))).Key;

    private string Of(string relative) => Path.Combine(_folder, relative);

    private FileHasher NewHasher() => new(_folder, Of("hashes"));
}
