using Slipway.Engine.Caching;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Execution;

/// <summary>A job on its way through a run: what its inputs are by now, and what became of it.</summary>
internal sealed class KeyedJob
{
    /// <param name="node">The job.</param>
    /// <param name="inputs">What it reads, found where it is by now.</param>
    /// <param name="entries">Everything that it depends on.</param>
    public KeyedJob(JobNode node, IReadOnlyDictionary<Input, JobInput> inputs, IReadOnlyList<FingerprintEntry> entries)
    {
        (Node, Inputs, Entries) = (node, inputs, entries);
        IsPending = entries.Any(entry => entry.Hash is null);
        Fingerprint = IsPending ? null : new Fingerprint(entries);
    }

    public JobNode Node { get; }

    public IReadOnlyDictionary<Input, JobInput> Inputs { get; }

    public IReadOnlyList<FingerprintEntry> Entries { get; }

    /// <summary>Whether something that it depends on has yet to be made.</summary>
    public bool IsPending { get; }

    /// <summary>Null when <see cref="IsPending"/>.</summary>
    public Fingerprint? Fingerprint { get; }

    public ContentHash Key => Fingerprint!.Key;

    /// <summary>The files of the result; null while there is none.</summary>
    public IReadOnlyList<ActionOutput>? Outputs { get; set; }

    /// <summary>Why it has to run; null when its result is reused.</summary>
    public ItemReason? Reason { get; set; }
}
