using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Tests.Execution;

/// <summary>
/// A workspace with two stages over text files: <c>Paint</c> makes an upper-case copy of each input, <c>Frame</c> puts each of those into
/// brackets. Every run is a process of its own as far as the cache can see.
/// </summary>
internal sealed class Yard : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _ran = [];

    public string this[string relative] => _folder[relative];

    public string Root => _folder.Path;

    public string Cache => this[".slipway"];

    /// <summary>Stages and labels of the jobs that ran.</summary>
    public IReadOnlyList<string> Ran
    {
        get
        {
            lock (_ran)
                return [.. _ran];
        }
    }

    public List<string> Warnings { get; } = [];

    public RecordingLog Log { get; } = new();

    /// <summary>The inputs by label; each is a file.</summary>
    public Dictionary<string, string> Inputs { get; } = new(StringComparer.Ordinal);

    public CancellationToken Cancellation { get; set; } = TestContext.Current.CancellationToken;

    public string Color { get; set; } = "red";

    public string Salt { get; set; } = "";

    public int CodeVersion { get; set; } = 1;

    public string Profile { get; set; } = "tiny";

    public int Jobs { get; set; } = 1;

    /// <summary>Whether the lock file may not change.</summary>
    public bool Locked { get; set; }

    /// <summary>The folder that workspaces share; null: none.</summary>
    public string? Folder { get; set; }

    /// <summary>Connects to a cache on another machine; null: there is none.</summary>
    public Func<Action<string>, IRemoteCache>? Remote { get; set; }

    /// <summary>Name of the cache on another machine, where results are given to it.</summary>
    public string? GivesTo { get; set; }

    /// <summary>Called when Paint has painted.</summary>
    public Action<JobIo, string> WhilePainting { get; set; } = (_, _) => { };

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

    public void Note(string ran)
    {
        lock (_ran)
            _ran.Add(ran);
    }

    public void Forget()
    {
        lock (_ran)
            _ran.Clear();
    }

    public (StageOutcome Paint, StageOutcome Frame) Look()
    {
        Forget();
        using var cache = Open();
        var graph = Graph();
        using var run = RunOf(graph, cache, Log);
        var outcomes = run.Look(graph.Stages);
        return (outcomes[0], outcomes[1]);
    }

    /// <summary>Looks here and at what others have.</summary>
    /// <returns>What it saw, and the remote cache's name where that answered.</returns>
    public async Task<(StageOutcome Paint, StageOutcome Frame, string? Remote)> LookAsync()
    {
        Forget();
        using var cache = Open();
        var graph = Graph();
        using var run = RunOf(graph, cache, Log);
        var outcomes = await run.LookAsync(graph.Stages, Cancellation);
        return (outcomes[0], outcomes[1], cache.AskedRemote);
    }

    public async Task<(StageOutcome Paint, StageOutcome Frame)> RunAsync()
    {
        var outcomes = await RunAsync(Graph());
        return (outcomes[0], outcomes[1]);
    }

    /// <summary>Runs another graph in this workspace.</summary>
    public async Task<IReadOnlyList<StageOutcome>> RunAsync(JobGraph graph, Func<RunOptions, RunOptions>? with = null)
    {
        Forget();
        using var cache = Open();
        using var run = RunOf(graph, cache, Log, with);
        return await run.RunAsync(graph.Stages, Cancellation);
    }

    public Cache Open() => new(Root, Warnings.Add, folder: Folder) { ConnectRemote = Remote, GivesTo = GivesTo };

    public GraphRun RunOf(JobGraph graph, Cache cache, IRunLog log, Func<RunOptions, RunOptions>? with = null)
    {
        var options = new RunOptions { Profile = Profile, Salt = Salt, Jobs = Jobs };
        return new GraphRun(graph, cache, new LockFile(this["lock.yaml"]) { Locked = Locked }, with?.Invoke(options) ?? options, log);
    }

    public JobGraph Graph()
    {
        var paint = new StageNode("Paint", null,
        [
            .. Inputs.Select(input => new JobNode(
                "Paint", input.Key, new UpperCaseJob(new FileRef(input.Value, "picture"), Color) { Yard = this, Label = input.Key, CodeVersion = CodeVersion }, [$"artifacts/paint/{input.Key}.txt"])),
        ]);
        var frame = new StageNode("Frame", null,
        [
            .. paint.Jobs.Select(job => new JobNode("Frame", job.Label, new BracketJob(job.Output("image")) { Yard = this, Label = job.Label }, [$"artifacts/frame/{job.Label}.txt"])),
        ]);
        return new JobGraph([paint, frame]);
    }

    public void Dispose() => _folder.Dispose();
}

/// <summary>Writes a text in upper case. What a test wants to see or to disturb goes through the yard, which is in no key.</summary>
internal sealed record UpperCaseJob(FileRef Picture, string Color) : IJob
{
    [NotInKey("It only watches.")]
    [System.Text.Json.Serialization.JsonIgnore]
    public Yard Yard { get; init; } = null!;

    [NotInKey("It only names what ran.")]
    public string Label { get; init; } = "";

    [NotInKey("It is part of the kind.")]
    public int CodeVersion { get; init; } = 1;

    public JobKind Kind => new("Paint", CodeVersion);

    public IReadOnlyList<string> Environment => [];

    public IReadOnlyList<JobOutput> Outputs => [new("image")];

    public void Run(JobIo io)
    {
        Yard.Note($"Paint {Label}");
        File.WriteAllText(io.Output("image"), Yard.Painter(io.ReadText(Picture)));
        Yard.WhilePainting(io, Label);
    }
}

/// <summary>Puts a text into brackets.</summary>
internal sealed record BracketJob(Input Picture) : IJob
{
    [NotInKey("It only watches.")]
    [System.Text.Json.Serialization.JsonIgnore]
    public Yard Yard { get; init; } = null!;

    [NotInKey("It only names what ran.")]
    public string Label { get; init; } = "";

    public JobKind Kind => new("Frame", 1);

    public IReadOnlyList<string> Environment => [];

    public IReadOnlyList<JobOutput> Outputs => [new("image")];

    public void Run(JobIo io)
    {
        Yard.Note($"Frame {Label}");
        File.WriteAllText(io.Output("image"), $"[{io.ReadText(Picture)}]");
    }
}
