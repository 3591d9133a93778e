using System.Text.RegularExpressions;
using Slipway.Engine.Options;

namespace Slipway.Slurm;

/// <summary>What jobs of a kind ask Slurm for; null: nothing is said, and the cluster's own default holds.</summary>
public sealed partial record SlurmResources
{
    /// <summary>Its options.</summary>
    public static OptionTable<SlurmResources> Declared { get; } = new(
        option =>
        [
            option.Of<string?>("partition", Word!, o => o.Partition, (o, v) => o with { Partition = v }) with { Says = "Where jobs are queued (`sbatch --partition`).", Otherwise = "the cluster's default" },
            option.Of<string?>("account", Word!, o => o.Account, (o, v) => o with { Account = v }) with { Says = "Who is charged (`sbatch --account`).", Otherwise = "your default account" },
            option.Of<string?>("gres", Word!, o => o.Gres, (o, v) => o with { Gres = v }) with { Says = "Cards and the like (`sbatch --gres`), such as `gpu:1`. A job uses one card.", Otherwise = "`gpu:1` for what computes on a card" },
            option.Of<string?>("time", new Text { Rule = ("a time as sbatch takes it, such as `8:00:00` or `1-12:00:00`", text => Limit().IsMatch(text)) }!, o => o.Time, (o, v) => o with { Time = v }) with
            {
                Says = "Limit of time (`sbatch --time`). A job that comes near it saves a checkpoint, goes back into the queue and goes on.",
                Otherwise = "the partition's",
            },
            option.Of<string?>("memory", new Text { Rule = ("a size as sbatch takes it, such as `24G`", text => Size().IsMatch(text)) }!, o => o.Memory, (o, v) => o with { Memory = v }) with
            {
                Says = "Memory of the node (`sbatch --mem`).",
                Otherwise = "a quarter more than loading the model takes, or a training on the CPU by `Preflight`'s estimate, and 2 GiB",
            },
            option.Whole("cpus", o => o.Cpus, (o, v) => o with { Cpus = v }, 1, 1024) with { Says = "Cores (`sbatch --cpus-per-task`).", Otherwise = "the plan's `threads`, where it names a number" },
            option.Whole("jobs_per_task", o => o.JobsPerTask, (o, v) => o with { JobsPerTask = v }, 1, 10_000) with
            {
                Says = "How many jobs of a stage, such as pictures, one job of Slurm's does one after the other.",
                Otherwise = "so many that a stage has at most 32 jobs of Slurm's",
            },
            option.Of("sbatch", new ListOf<string>(new Text { Rule = ("an option of sbatch that Slipway does not set itself, such as `--constraint=a100`", IsLine) }, "a list of options of sbatch"), o => o.Sbatch, (o, v) => o with { Sbatch = v }) with { Says = "Further options, each a line `#SBATCH` of the job." },
        ]);

    private static Kind<string> Word { get; } = new Text { Rule = ("a word without spaces", text => text.All(c => c is > ' ' and < '\x7f')) };

    /// <summary><c>--partition</c>.</summary>
    public string? Partition { get; init; }

    /// <summary><c>--account</c>.</summary>
    public string? Account { get; init; }

    /// <summary><c>--gres</c>.</summary>
    public string? Gres { get; init; }

    /// <summary><c>--time</c>.</summary>
    public string? Time { get; init; }

    /// <summary><c>--mem</c>.</summary>
    public string? Memory { get; init; }

    /// <summary><c>--cpus-per-task</c>.</summary>
    public int? Cpus { get; init; }

    /// <summary>Jobs that one of Slurm's does one after the other; null: see <see cref="Shard.Split"/>.</summary>
    public int? JobsPerTask { get; init; }

    /// <summary>Further options of <c>sbatch</c>.</summary>
    public IReadOnlyList<string> Sbatch { get; init; } = [];

    /// <summary>These, and where they say nothing, others.</summary>
    public SlurmResources Over(SlurmResources others) => new()
    {
        Partition = Partition ?? others.Partition,
        Account = Account ?? others.Account,
        Gres = Gres ?? others.Gres,
        Time = Time ?? others.Time,
        Memory = Memory ?? others.Memory,
        Cpus = Cpus ?? others.Cpus,
        JobsPerTask = JobsPerTask ?? others.JobsPerTask,
        Sbatch = [.. others.Sbatch, .. Sbatch],
    };

    /// <summary>The lines of a job's script, in order; equal lines, equal resources.</summary>
    public IReadOnlyList<string> Lines =>
    [
        .. new[]
        {
            Partition is null ? null : $"--partition={Partition}",
            Account is null ? null : $"--account={Account}",
            Gres is null ? null : $"--gres={Gres}",
            Time is null ? null : $"--time={Time}",
            Memory is null ? null : $"--mem={Memory}",
            Cpus is null ? null : $"--cpus-per-task={Cpus}",
        }.OfType<string>(),
        .. Sbatch,
    ];

    /// <summary>What jobs are found and followed by, and what would bring other programs into them.</summary>
    private static readonly string[] Reserved = ["--array", "--chdir", "--comment", "--error", "--export", "--export-file", "--job-name", "--no-requeue", "--open-mode", "--output", "--requeue", "--signal", "--wrap"];

    // A line of its own in a script that a shell reads: what it holds is an option and nothing else.
    private static bool IsLine(string text) => !Reserved.Contains(text.Split('=', ' ')[0], StringComparer.Ordinal) && text.StartsWith("--", StringComparison.Ordinal) && text.Length > 2 && text.All(c => c is >= ' ' and < '\x7f');

    [GeneratedRegex(@"^(\d+-)?\d+(:\d\d){0,2}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex Limit();

    [GeneratedRegex(@"^\d+[KMGT]?\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex Size();
}
