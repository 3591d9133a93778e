using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

/// <summary>
/// A workspace with one stage of two items, each a text that is made of a colour, and the smallest runner that uses the
/// cache as it is meant to be used. Every run is a process of its own as far as the cache can see.
/// </summary>
internal sealed class Workshop : IDisposable
{
    public const string Stage = "Paint";
    public const string Profile = "tiny";
    private static readonly string[] Items = ["a", "b"];
    private readonly TemporaryFolder _folder = new();

    public string this[string relative] => _folder[relative];

    public string Root => _folder.Path;

    public string Plan { get; set; } = Cache.DefaultPlan;

    public string Color { get; set; } = "red";

    public string Folder { get; set; } = "artifacts";

    public List<string> Warnings { get; } = [];

    /// <summary>What the last run made.</summary>
    public List<string> Made { get; } = [];

    public string Read(string relative) => File.ReadAllText(this[relative]);

    public string Write(string relative, string text) => _folder.Write(relative, text);

    public Cache Open() => new(Root, Warnings.Add, Plan);

    public string OutputOf(string item) => $"{Folder}/{item}.txt";

    public string ContentOf(string item) => $"{item} in {Color}";

    public ContentHash KeyOf(string item) => new Fingerprint([FingerprintEntry.Parameter("color", Color), FingerprintEntry.Parameter("item", item)]).Key;

    /// <summary>Runs the stage; both outputs are then what they must be.</summary>
    public void Run()
    {
        Warnings.Clear();
        Made.Clear();
        using var cache = Open();
        var key = ContentHash.Of($"{Plan}, {Folder}, {Color}");
        var outputs = FromManifest(cache, key);
        var isKnown = outputs is not null;
        outputs ??= [.. Items.Select(item => FromRecord(cache, item) ?? Make(cache, item))];
        if (!isKnown)
            cache.Actions.Put(key, new StageManifest(Stage, [.. Items.Select((item, i) => new StageManifest.Item(item, KeyOf(item), [outputs[i]]))]));
        cache.Records.Add(Profile, Stage, key, Items.Select(KeyOf));
        cache.LaidOut.Replace(Stage, key, Items.Select((item, i) => (OutputOf(item), outputs[i].Blob.Hash)));
        foreach (var item in Items)
            Assert.Equal(ContentOf(item), Read(OutputOf(item)));
    }

    public void Dispose() => _folder.Dispose();

    private List<ActionOutput>? FromManifest(Cache cache, ContentHash key)
    {
        if (cache.Actions.TryGetManifest(key) is not { } manifest)
            return null;
        var outputs = manifest.Items.Select(item => item.Outputs[0]).ToList();
        return outputs.Count == Items.Length && Items.Zip(outputs).All(item => cache.TryLayOut(item.Second.Blob, this[OutputOf(item.First)])) ? outputs : null;
    }

    private ActionOutput? FromRecord(Cache cache, string item) =>
        cache.Actions.TryGet(KeyOf(item))?.Outputs is [{ } output] && cache.TryLayOut(output.Blob, this[OutputOf(item)]) ? output : null;

    private ActionOutput Make(Cache cache, string item)
    {
        Made.Add(item);
        var output = new ActionOutput(0, "", cache.Content.Put(System.Text.Encoding.UTF8.GetBytes(ContentOf(item))));
        cache.Actions.Put(KeyOf(item), new ActionResult(Stage, item, [FingerprintEntry.Parameter("color", Color)], [output], TimeSpan.FromSeconds(1)));
        Assert.True(cache.TryLayOut(output.Blob, this[OutputOf(item)]));
        return output;
    }
}
