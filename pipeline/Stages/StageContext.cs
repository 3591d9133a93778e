using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Sampling;
using Slipway.Tagging;

namespace Slipway.Pipeline.Stages;

/// <summary>What every stage is given: the plan, the cache, the base model, and whom to tell.</summary>
internal sealed class StageContext : IDisposable
{
    public StageContext(Plan plan, Cache cache, IProgressSink progress)
    {
        (Plan, Cache, Progress) = (plan, cache, progress);
        BaseModel = new BaseModel(plan, cache);
        Model = new LazyModel(BaseModel.Path, BaseModel.Companions, plan.Device, plan.MixedPrecision, plan.Threads, progress.Warn);
        ModelEntries = new Lazy<IReadOnlyList<FingerprintEntry>>(() => [.. BaseModel.Entries, .. Environment()]);
    }

    public Plan Plan { get; }

    public Cache Cache { get; }

    public IProgressSink Progress { get; }

    /// <summary>The base model's files; loads nothing.</summary>
    public BaseModel BaseModel { get; }

    /// <summary>The base model, loaded when first asked for.</summary>
    public LazyModel Model { get; }

    /// <summary>What pictures say of the base model.</summary>
    public ModelIdentity Identity => ModelIdentity.Of(BaseModel.Path, BaseModel.Companions, Cache.Hasher);

    /// <summary>The base model's files, and everything about libtorch and the machine that can change its bytes.</summary>
    public Lazy<IReadOnlyList<FingerprintEntry>> ModelEntries { get; }

    /// <summary>The tagger's files, and the runtime that runs it.</summary>
    public IReadOnlyList<FingerprintEntry> TaggerEntries =>
    [
        File("tagger", Plan.Tagger.Model),
        File("tagger_tags", Plan.Tagger.Tags),
        FingerprintEntry.Environment("onnxruntime", $"ONNX Runtime {typeof(Microsoft.ML.OnnxRuntime.InferenceSession).Assembly.GetName().Version}"),
    ];

    /// <summary>The tagger, on one thread: its sums do not depend on the machine's cores.</summary>
    public Tagger OpenTagger() => new(PathOf(Plan.Tagger.Model), PathOf(Plan.Tagger.Tags), threads: 1);

    /// <summary>Full path of a file that the plan names.</summary>
    public string PathOf(string path) => Path.Combine(Cache.Workspace, path);

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public FingerprintEntry File(string role, string path) => System.IO.File.Exists(PathOf(path))
        ? FingerprintEntry.File(role, PathOf(path), Cache.Hasher)
        : throw new FileNotFoundException($"The {role.Replace('_', ' ')} '{path}' does not exist; put it there, or name another in the plan.", PathOf(path));

    public void Dispose() => Model.Dispose();

    private IEnumerable<FingerprintEntry> Environment() =>
    [
        FingerprintEntry.Environment("libtorch", $"TorchSharp {typeof(TorchSharp.torch).Assembly.GetName().Version}"),
        FingerprintEntry.Environment("device", Plan.Device),
        FingerprintEntry.Environment("mixed_precision", Plan.MixedPrecision),
        .. ProcessorFacts.Read().Entries(Plan.Threads).Select(fact => FingerprintEntry.Environment(fact.Role, fact.Value)),
    ];
}
