using Slipway.Engine.Caching;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Execution;

/// <summary>A job on its way through a run: what its inputs are by now, and what became of it.</summary>
internal sealed class KeyedJob
{
    private readonly Lazy<IReadOnlyDictionary<Input, JobInput>> _inputs;

    /// <param name="node">The job.</param>
    /// <param name="inputs">Gives what it reads, found where it is by now; asked when the job has to run.</param>
    /// <param name="entries">Everything that it depends on.</param>
    public KeyedJob(JobNode node, Func<IReadOnlyDictionary<Input, JobInput>> inputs, IReadOnlyList<FingerprintEntry> entries)
    {
        (Node, _inputs, Entries) = (node, new Lazy<IReadOnlyDictionary<Input, JobInput>>(inputs), entries);
        IsPending = entries.Any(entry => entry.Hash is null);
        Fingerprint = IsPending ? null : new Fingerprint(entries);
    }

    public JobNode Node { get; }

    public IReadOnlyDictionary<Input, JobInput> Inputs => _inputs.Value;

    public IReadOnlyList<FingerprintEntry> Entries { get; }

    /// <summary>Finds what it reads, before a worker takes it: workers share what has been found.</summary>
    public KeyedJob Prepared()
    {
        _ = Inputs;
        return this;
    }

    /// <summary>Whether something that it depends on has yet to be made.</summary>
    public bool IsPending { get; }

    /// <summary>Null when <see cref="IsPending"/>.</summary>
    public Fingerprint? Fingerprint { get; }

    public ContentHash Key => Fingerprint!.Key;

    /// <summary>The files of the result; null while there is none.</summary>
    public IReadOnlyList<ActionOutput>? Outputs { get; set; }

    /// <summary>Whether its result has come from the remote cache.</summary>
    public bool IsRemote { get; set; }

    /// <summary>Why it has to run; null when its result is reused.</summary>
    public ItemReason? Reason { get; set; }
}
