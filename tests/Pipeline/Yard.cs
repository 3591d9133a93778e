using Slipway.Engine.Caching;

namespace Slipway.Pipeline.Tests;

/// <summary>
/// A workspace with two map stages over text files: <c>Paint</c> makes an upper-case copy of each input, <c>Frame</c>
/// puts each of those into brackets. Every run is a process of its own as far as the cache can see.
/// </summary>
internal sealed class Yard : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string this[string relative] => _folder[relative];

    public string Root => _folder.Path;

    public string Cache => this[".slipway"];

    /// <summary>Labels of the items that ran, by stage.</summary>
    public List<string> Ran { get; } = [];

    public List<string> Warnings { get; } = [];

    public RecordingLog Log { get; } = new();

    /// <summary>The inputs by label; each is a file.</summary>
    public Dictionary<string, string> Inputs { get; } = new(StringComparer.Ordinal);

    public CancellationToken Cancellation { get; set; } = TestContext.Current.CancellationToken;

    public string Color { get; set; } = "red";

    public string Salt { get; set; } = "";

    public int CodeVersion { get; set; } = 1;

    public string Profile { get; set; } = "tiny";

    public int BatchSize { get; set; } = 1;

    /// <summary>Called while Paint works on its items.</summary>
    public Func<IReadOnlyList<StageWork>, Task> WhilePainting { get; set; } = _ => Task.CompletedTask;

    public Func<string, string> Painter { get; set; } = text => text.ToUpperInvariant();

    public Yard With(params string[] labels)
    {
        foreach (var label in labels)
        {
            Inputs[label] = $"in/{label}.txt";
            Write($"in/{label}.txt", $"picture {label}");
        }

        return this;
    }

    public void Write(string relative, string text) => _folder.Write(relative, text);

    public string Read(string relative) => File.ReadAllText(this[relative]);

    public Task<(StageOutcome Paint, StageOutcome Frame)> StatusAsync() => RunAsync(statusOnly: true);

    public async Task<(StageOutcome Paint, StageOutcome Frame)> RunAsync(bool statusOnly = false)
    {
        Ran.Clear();
        using var cache = new Cache(Root, Warnings.Add);
        var runner = new StageRunner(cache, new LockFile(this["lock.yaml"]), Profile, Log, Salt) { StatusOnly = statusOnly };
        var paint = await runner.RunAsync(Paint(), PaintItems(cache), Cancellation);
        var frame = await runner.RunAsync(Frame(), FrameItems(paint), Cancellation);
        return (paint, frame);
    }

    public StageItem[] PaintItems(Cache cache) =>
    [
        .. Inputs.Select(input => new StageItem(
            input.Key,
            [FingerprintEntry.Parameter("color", Color), FingerprintEntry.File("picture", this[input.Value], cache.Hasher)],
            [$"{input.Key}.txt"])),
    ];

    public Stage Paint() => new()
    {
        Name = "Paint",
        CodeVersion = CodeVersion,
        OutputFolder = "artifacts/paint",
        BatchSize = BatchSize,
        Body = async (batch, _) =>
        {
            Ran.AddRange(batch.Select(work => $"Paint {work.Item.Label}"));
            foreach (var work in batch)
                File.WriteAllText(work.PathOf(), Painter(Read(Inputs[work.Item.Label])));
            await WhilePainting(batch);
        },
    };

    private static StageItem[] FrameItems(StageOutcome paint) =>
        [.. paint.Items.Select(item => new StageItem(item.Label, [item.Entry("picture")], [$"{item.Label}.txt"]))];

    private Stage Frame() => new()
    {
        Name = "Frame",
        CodeVersion = 1,
        OutputFolder = "artifacts/frame",
        Body = (batch, _) =>
        {
            Ran.AddRange(batch.Select(work => $"Frame {work.Item.Label}"));
            foreach (var work in batch)
                File.WriteAllText(work.PathOf(), $"[{Read($"artifacts/paint/{work.Item.Label}.txt")}]");
            return Task.CompletedTask;
        },
    };

    public void Dispose() => _folder.Dispose();
}
