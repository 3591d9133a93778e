using System.Globalization;
using System.Text;
using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;

namespace Slipway.Build.Benches;

/// <summary>
/// What the driver of a cluster's run costs: a graph of many jobs that do nothing, each done elsewhere at once. Times are those of the
/// processor, so that the wait for disks does not count; that of storing the results, which nodes would spend, is told apart.
/// </summary>
/// <param name="say">Takes the figures, a line each.</param>
internal sealed class ScaleBench(Action<string> say)
{
    /// <summary>What <c>--scenario</c> calls it.</summary>
    public const string Name = "scale";

    private const int JobsAPicture = 3; // drawn, composed, tagged
    private const int JobsAVersion = 4; // trained, sampled, drifted, measured

    /// <summary>Goes through two graphs of 10,000 jobs: one of many pictures and few versions, and one of many versions.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        say("pictures versions   jobs   reads     driver's processor time, memory at its peak | nodes' storing | again, with all of it cached");
        var folder = Directory.CreateTempSubdirectory("slipway-scale-").FullName;
        try
        {
            await MeasureAsync(folder, 3320, 10, 3320, cancel);
            await MeasureAsync(folder, 2000, 1000, 10, cancel);
            await MeasureAsync(folder, 2000, 1000, 100, cancel);
        }
        finally
        {
            // At the end: some file systems are slow at new files while they remember the old ones that are gone.
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>One graph.</summary>
    /// <param name="root">Where it gets a folder of its own.</param>
    /// <param name="pictures">Pictures that are made.</param>
    /// <param name="versions">Versions that are trained.</param>
    /// <param name="read">Pictures of which each version reads the picture and the caption.</param>
    /// <param name="cancel">Stops it.</param>
    private async Task MeasureAsync(string root, int pictures, int versions, int read, CancellationToken cancel)
    {
        var folder = Path.Combine(root, string.Create(CultureInfo.InvariantCulture, $"{pictures}-{versions}-{read}"));
        var first = await RunAsync(folder, pictures, versions, read, cancel);
        var again = await RunAsync(folder, pictures, versions, read, cancel);
        say(string.Create(
            CultureInfo.InvariantCulture,
            $"{pictures,8} {versions,8} {(pictures * JobsAPicture) + (versions * JobsAVersion) + 1,6} {(long)versions * read * 2,7}   {first.Seconds,6:F1} s, {first.Peak / 1e6,6:F0} MB | {first.Stored,6:F1} s | {again.Seconds,6:F1} s, {again.Peak / 1e6,6:F0} MB"));
    }

    private static async Task<(double Seconds, double Stored, double Peak)> RunAsync(string folder, int pictures, int versions, int read, CancellationToken cancel)
    {
        GC.Collect();
        using var memory = new PeakHeap();
        var before = Environment.CpuUsage.TotalTime;
        using var cache = new Cache(folder, _ => { });
        var nodes = new IdleNodes(cache);
        var graph = Graph(pictures, versions, read);
        var options = new RunOptions { Profile = "scale", Executor = nodes };
        using (var run = new GraphRun(graph, cache, new LockFile(Path.Combine(folder, "scale.lock.yaml")), options, new Silence()))
            await run.RunAsync(graph.Stages, cancel);
        return ((Environment.CpuUsage.TotalTime - before - nodes.Time).TotalSeconds, nodes.Time.TotalSeconds, memory.Bytes);
    }

    private static JobGraph Graph(int pictures, int versions, int read)
    {
        var stages = new List<StageNode>();
        var drawn = Add("Draw", null, pictures, i => []);
        var composed = Add("Composite", null, pictures, i => [drawn[i].Output("file")]);
        var tagged = Add("Tag", null, pictures, i => [composed[i].Output("file")]);
        var measured = new List<Input>();
        for (var version = 0; version < versions; version++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"v{version:D4}");
            var shift = version;
            var trained = Add("Train", name, 1, _ => [.. Enumerable.Range(0, read).Select(i => (i + shift) % pictures).SelectMany(i => new Input[] { composed[i].Output("file"), tagged[i].Output("file") })]);
            var samples = Add("Samples", name, 1, _ => [trained[0].Output("file")]);
            var drift = Add("Drift", name, 1, _ => [trained[0].Output("file")]);
            measured.Add(Add("Evaluate", name, 1, _ => [samples[0].Output("file"), drift[0].Output("file")])[0].Output("file"));
        }

        Add("Report", null, 1, _ => measured);
        return new JobGraph(stages);

        IReadOnlyList<JobNode> Add(string stage, string? version, int count, Func<int, IReadOnlyList<Input>> inputs)
        {
            var label = StageNode.LabelOf(stage, version);
            stages.Add(new StageNode(stage, version,
            [
                .. Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i:D5}")).Select((item, i) => new JobNode(label, item, new IdleJob($"{label} {item}", inputs(i)), [$"out/{label}/{item}"])),
            ]));
            return stages[^1].Jobs;
        }
    }

    /// <summary>A job that nobody does.</summary>
    private sealed record IdleJob(string Text, IReadOnlyList<Input> Inputs) : IJob
    {
        public JobKind Kind => new("Idle", 1);

        public IReadOnlyList<string> Environment => [];

        public IReadOnlyList<JobOutput> Outputs => [new("file")];

        public void Run(JobIo io) => throw new InvalidOperationException("It is to be done elsewhere.");
    }

    /// <summary>Nodes that need no time: a job's result is in the store as soon as it is handed over.</summary>
    private sealed class IdleNodes(Cache cache) : IExecutor
    {
        private long _ticks;

        /// <summary>Processor time that storing has taken, which nodes would spend.</summary>
        public TimeSpan Time => new(Interlocked.Read(ref _ticks));

        public int Jobs => int.MaxValue;

        public bool Takes(JobNode job) => true;

        public EnvironmentFacts FactsOf(JobNode job) => EnvironmentFacts.None;

        public Task RunAsync(HandedJob job, CancellationToken cancellation)
        {
            var before = ThreadClock.Now;
            var blob = cache.Content.Put(Encoding.UTF8.GetBytes(job.Node.Id));
            cache.Actions.Put(job.Key, new ActionResult(job.Node.Stage, job.Node.Label, [], [new ActionOutput(0, "", blob)], TimeSpan.Zero));
            Interlocked.Add(ref _ticks, (ThreadClock.Now - before).Ticks);
            return job.IsStored() ? Task.CompletedTask : throw new InvalidOperationException("It is stored, and not found.");
        }
    }

    /// <summary>The most that .NET's heap has held.</summary>
    private sealed class PeakHeap : IDisposable
    {
        private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);
        private readonly Timer _timer;
        private long _bytes;

        public PeakHeap() => _timer = new Timer(_ => _bytes = Math.Max(_bytes, GC.GetTotalMemory(forceFullCollection: false)), null, TimeSpan.Zero, Interval);

        public double Bytes => _bytes;

        public void Dispose() => _timer.Dispose();
    }

    private sealed class Silence : IRunLog
    {
        public void Starting(string stage, int run, int reused, IReadOnlyList<string> reasons)
        {
        }

        public void Stored(string stage, int done, int total)
        {
        }

        public void Waiting(string stage, int? process)
        {
        }

        public void Report(string stage, int done, int all, string? detail)
        {
        }

        public void End(string stage)
        {
        }

        public void Line(string text)
        {
        }

        public void Warn(string text)
        {
        }
    }
}
