using Cake.Core;
using Cake.Frosting;
using Slipway.Build.Display;
using Slipway.Pipeline;
using Slipway.Pipeline.Plans;

namespace Slipway.Build;

/// <summary>What all tasks share: the options, the pipeline (opened when first asked for), what has run.</summary>
public sealed class BuildContext : FrostingContext, IDisposable
{
    private readonly Lazy<IPipeline> _pipeline;

    /// <param name="context">Cake's own context.</param>
    /// <param name="engine">Takes a target for each LoRA version of the plan.</param>
    /// <param name="caller">Where the user stands.</param>
    /// <param name="exit">What the process ends with.</param>
    /// <param name="stop">Asks the work to stop.</param>
    public BuildContext(ICakeContext context, ICakeEngine engine, Caller caller, ExitStatus exit, CancellationTokenSource stop)
        : base(context)
    {
        (Exit, Cancel) = (exit, stop.Token);
        Folder = Environment.WorkingDirectory.FullPath;
        PlanFile = (caller with { Folder = Folder }).PlanFile(Option("config"));
        _pipeline = new Lazy<IPipeline>(Open);
        VersionTargets.Register(engine, this);
    }

    /// <summary>What the process ends with.</summary>
    public ExitStatus Exit { get; }

    /// <summary>Asks the work to stop.</summary>
    public CancellationToken Cancel { get; }

    /// <summary>Where the user stands: paths of options are relative to it.</summary>
    public string Folder { get; }

    /// <summary>Full path of the plan.</summary>
    public string PlanFile { get; }

    /// <summary>The workspace: the plan's folder.</summary>
    public string Root => PlanPaths.Workspace(PlanFile);

    /// <summary>The LoRA version that <c>--version</c> asks for; null for all.</summary>
    public string? Version => Option(CommandLine.LoraVersion);

    /// <summary>The pipeline.</summary>
    public IPipeline Pipeline => _pipeline.Value;

    /// <summary>Progress on the console.</summary>
    public ConsoleProgress Progress { get; } = new();

    /// <summary>What has run, for the table at the end.</summary>
    public List<StageSummary> Summaries { get; } = [];

    /// <summary>An option's value; null where it is not given.</summary>
    public string? Option(string name) => Arguments.HasArgument(name) ? Arguments.GetArguments(name).Last() : null;

    /// <summary>All values of an option in their order.</summary>
    public IReadOnlyList<string> Options(string name) => Arguments.HasArgument(name) ? [.. Arguments.GetArguments(name)] : [];

    /// <summary>Runs a stage of the pipeline.</summary>
    public async Task RunAsync(PipelineStage stage, string? version) => Summaries.AddRange(await Pipeline.RunAsync(stage, version, Cancel));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_pipeline.IsValueCreated)
        {
            _pipeline.Value.Dispose();
        }
    }

    private SlipwayPipeline Open() => SlipwayPipeline.Open(PlanFile, Option("profile"), Option("device"), Progress);
}
