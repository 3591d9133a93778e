using Cake.Core;
using Cake.Frosting;
using Slipway.Build.Display;
using Slipway.Pipeline;
using Slipway.Pipeline.Graph;
using Slipway.Pipeline.Plans;

namespace Slipway.Build.Context;

/// <summary>What all tasks share: the options, the pipeline (opened when first asked for), what has run.</summary>
public sealed class BuildContext : FrostingContext, IDisposable
{
    /// <summary>Under this name the tasks find <c>--version</c>: in Cake that is a switch of its own.</summary>
    public const string LoraVersion = "lora-version";

    /// <summary>The switch by which jobs stay in a cluster's queue when this process is told to stop.</summary>
    public const string Detach = "detach";

    private readonly Lazy<IPipeline> _pipeline;

    /// <param name="context">Cake's own context.</param>
    /// <param name="engine">Takes a target for each LoRA version of the plan.</param>
    /// <param name="caller">Where the user stands.</param>
    /// <param name="exit">What the process ends with.</param>
    /// <param name="stop">Asks the work to stop.</param>
    /// <param name="headings">Names each target before it says something.</param>
    public BuildContext(ICakeContext context, ICakeEngine engine, Caller caller, ExitStatus exit, CancellationTokenSource stop, Headings headings)
        : base(context)
    {
        (Exit, Cancel, Progress) = (exit, stop.Token, new ConsoleProgress(headings));
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

    /// <summary>The LoRA version that <c>--version</c> asks for, where one is all there can be; null for none.</summary>
    /// <exception cref="ArgumentException">There are several.</exception>
    public string? OneVersion => Versions switch
    {
        null => null,
        [var one] => one,
        var several => throw new ArgumentException($"--version is given {several.Count} times ({string.Join(", ", several)}); this target takes one."),
    };

    /// <summary>All LoRA versions that <c>--version</c> asks for; null for all.</summary>
    public IReadOnlyList<string>? Versions => Options(LoraVersion) is { Count: > 0 } versions ? versions : null;

    /// <summary>The pipeline.</summary>
    public IPipeline Pipeline => _pipeline.Value;

    /// <summary>Progress on the console.</summary>
    public ConsoleProgress Progress { get; }

    /// <summary>What has run, for the table at the end.</summary>
    public List<StageSummary> Summaries { get; } = [];

    /// <summary>An option's value; null where it is not given.</summary>
    public string? Option(string name) => Arguments.HasArgument(name) ? Arguments.GetArguments(name).Last() : null;

    /// <summary>Whether a switch is given, and not as <c>=false</c>.</summary>
    public bool IsOn(string name) => Option(name) is { } value && (value.Length == 0 || bool.Parse(value));

    /// <summary>All values of an option in their order.</summary>
    public IReadOnlyList<string> Options(string name) => Arguments.HasArgument(name) ? [.. Arguments.GetArguments(name)] : [];

    /// <summary>
    /// Runs a stage of the pipeline. The first one that is asked for brings with it all that the targets of this call will ask for, so
    /// that what does not depend on one another goes side by side; the others find their work done.
    /// </summary>
    public async Task RunAsync(PipelineStage stage, IReadOnlyList<string>? versions)
    {
        var wanted = _first ? Requested(stage) : [stage];
        _first = false;
        Summaries.AddRange(await Pipeline.RunAsync(wanted, versions ?? RequestedVersions(), Cancel));
    }

    /// <summary>Writes one document for machines to standard output, and nothing beside it.</summary>
    public static void WriteDocument(string text)
    {
        using var output = new StreamWriter(Console.OpenStandardOutput());
        output.WriteLine(text);
    }

    /// <summary>Does the work of a task; the first failure of all decides what the process ends with.</summary>
    public async Task GuardAsync(Func<Task> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        try
        {
            await work();
        }
        catch (Exception exception)
        {
            Exit.Set(exception);
            throw;
        }
        finally
        {
            Progress.Finish();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_pipeline.IsValueCreated)
            _pipeline.Value.Dispose();
    }

    private bool _first = true;

    private IReadOnlyList<PipelineStage> Requested(PipelineStage stage)
    {
        if (IsOn("exclusive"))
            return [stage];
        var last = Options("target").DefaultIfEmpty("Default").Select(StageOf).OfType<PipelineStage>().DefaultIfEmpty(stage).Max();
        return [.. Enum.GetValues<PipelineStage>().Where(other => other <= last)];
    }

    private static PipelineStage? StageOf(string target) => target.ToUpperInvariant() switch
    {
        "BACKGROUNDS" => PipelineStage.Backgrounds,
        "COMPOSITE" => PipelineStage.Composites,
        "TAG" => PipelineStage.Tags,
        "TRAIN" => PipelineStage.Training,
        "EVALUATE" or "DEFAULT" or "CHECK" or "ACCEPT" or "COMPARE" or "PUBLISH" => PipelineStage.Evaluation,
        var other when other.StartsWith(VersionTargets.Prefix, StringComparison.OrdinalIgnoreCase) => PipelineStage.Training,
        _ => null,
    };

    /// <summary>
    /// The versions of targets such as <c>Train-v01</c>, where nothing else asks for all of them, or where the profile lacks one: that is said before
    /// anything runs.
    /// </summary>
    private IReadOnlyList<string>? RequestedVersions()
    {
        var targets = Options("target");
        var named = targets.Where(target => target.StartsWith(VersionTargets.Prefix, StringComparison.OrdinalIgnoreCase)).Select(target => target[VersionTargets.Prefix.Length..]).ToList();
        if (named.Count == 0)
            return null;
        var others = PlanOutline.Trained(PlanFile).Except(Pipeline.Names, StringComparer.OrdinalIgnoreCase).Where(name => named.Contains(name, StringComparer.OrdinalIgnoreCase)).ToList();
        return others.Count > 0 || targets.All(target => StageOf(target) is not PipelineStage.Evaluation && !target.Equals("Train", StringComparison.OrdinalIgnoreCase))
            ? [.. Pipeline.Names.Where(name => named.Contains(name, StringComparer.OrdinalIgnoreCase)), .. others]
            : null;
    }

    private SlipwayPipeline Open() => SlipwayPipeline.Open(PlanFile, new PipelineOptions { Profile = Option("profile"), Device = Option("device"), Executor = Option("executor"), Leaves = Leaves, Jobs = Jobs, Locked = IsOn("locked") }, Progress);

    // Ctrl-C asks, where there is somebody to ask.
    private bool Leaves(int jobs)
    {
        Progress.Finish();
        return IsOn(Detach) || Question.Ask($"{jobs} {(jobs == 1 ? "job is" : "jobs are")} in Slurm's queue. Leave them there?");
    }

    private int? Jobs => Option("jobs") switch
    {
        null => null,
        var text when int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var jobs) && jobs >= 1 => jobs,
        var text => throw new ArgumentException($"--jobs is '{text}'; expected how many jobs may run side by side, 1 or more."),
    };
}
