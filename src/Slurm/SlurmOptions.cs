using Slipway.Engine.Options;

namespace Slipway.Slurm;

/// <summary>How jobs go to Slurm. Nothing of it changes a byte of any result.</summary>
public sealed record SlurmOptions
{
    /// <summary>Its options.</summary>
    public static OptionTable<SlurmOptions> Declared { get; } = new(option =>
    [
        .. option.Part(SlurmResources.Declared, o => o.Resources, (o, v) => o with { Resources = v }),
        option.Texts("here", o => o.Here, (o, v) => o with { Here = v }) with { Says = "Kinds of jobs that stay in the process that was started, such as `[report, grid]`.", Otherwise = "`[report]`" },
        option.Whole("grace", o => o.Grace, (o, v) => o with { Grace = v }, 5, 3600) with { Says = "Seconds before its limit of time at which a job is told to save a checkpoint (`sbatch --signal`)." },
        option.Whole("poll", o => o.Poll, (o, v) => o with { Poll = v }, 1, 600) with { Says = "Seconds from one look at the queue (`squeue`) to the next." },
        option.Whole("settle", o => o.Settle, (o, v) => o with { Settle = v }, 1, 3600) with { Says = "Seconds that a shared file system may take to show here what a node has written." },
        option.Whole("most", o => o.Most, (o, v) => o with { Most = v }, 1, 1_000_000) with { Says = "How many jobs are handed to Slurm at a time, at the most." },
    ]);

    /// <summary>What all jobs ask for, where their kind says nothing else.</summary>
    public SlurmResources Resources { get; init; } = new();

    /// <summary>What jobs of a kind ask for, by the kind's name in the plan, such as <c>train</c>.</summary>
    public IReadOnlyDictionary<string, SlurmResources> Kinds { get; init; } = new Dictionary<string, SlurmResources>(StringComparer.Ordinal);

    /// <summary>Kinds that the driver does itself.</summary>
    public IReadOnlyList<string> Here { get; init; } = ["report"];

    /// <summary>Seconds from the signal to the limit of time.</summary>
    public int Grace { get; init; } = 120;

    /// <summary>Seconds between looks at the queue.</summary>
    public int Poll { get; init; } = 5;

    /// <summary>Seconds that a shared file system may take.</summary>
    public int Settle { get; init; } = 60;

    /// <summary>Jobs at a time.</summary>
    public int Most { get; init; } = 100_000;

    /// <summary>What a kind is called in the plan: <c>flat_picture</c> for <c>Flat picture</c>.</summary>
    public static string NameOf(string kind) => kind.Replace(' ', '_').ToLowerInvariant();

    /// <summary>What jobs of a kind ask for.</summary>
    public SlurmResources Of(string kind) => Kinds.GetValueOrDefault(NameOf(kind)) is { } own ? own.Over(Resources) : Resources;
}
