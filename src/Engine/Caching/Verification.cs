using Slipway.Engine.Files;

namespace Slipway.Engine.Caching;

/// <summary>What a look at every byte of the cache and of the outputs has shown.</summary>
/// <param name="Blobs">Blobs that were looked at.</param>
/// <param name="Findings">Everything that is not as it was written; damaged blobs and records were removed, those that the system does not give were not.</param>
public sealed record Verification(int Blobs, IReadOnlyList<Finding> Findings)
{
    /// <summary>Whether everything is as it was written.</summary>
    public bool IsSound => Findings.Count == 0;

    /// <summary>Reads all blobs, records and outputs, trusting no remembered hash. One that cannot be read does not end it.</summary>
    public static Verification Of(Cache cache)
    {
        ArgumentNullException.ThrowIfNull(cache);
        return new Walk(cache).Go();
    }

    private sealed class Walk(Cache cache)
    {
        private const string Again = "what made it runs again when needed";
        private readonly List<Finding> _findings = [];
        private readonly HashSet<ContentHash> _gone = [];
        private readonly Lazy<ILookup<ContentHash, string>> _outputs = new(() =>
            cache.LaidOut.Listed().ToLookup(file => file.Hash, file => Path.Combine(cache.Workspace, file.Path)));

        public Verification Go()
        {
            var blobs = cache.Content.Hashes().ToList();
            foreach (var hash in blobs)
                Guard(FindingKind.Damaged, $"{hash}", () => CheckBlob(hash));
            foreach (var key in cache.Actions.All().ToList())
                Guard(FindingKind.Record, $"{key}", () => CheckRecord(key));
            foreach (var (name, flaw) in cache.LaidOut.RemoveDamaged().ToList())
                Add(FindingKind.Record, name, $"the list of the files that {name} has laid out", flaw, "the next run makes it again");
            foreach (var (name, flaw) in cache.Records.RemoveDamaged().ToList())
                Add(FindingKind.Record, name, $"the history of {name}", flaw, "begins anew with the next run");
            foreach (var (name, flaw) in cache.Given.RemoveDamaged().ToList())
                Add(FindingKind.Record, name, $"the list {name} of what a remote cache has", flaw, "that cache is asked again");
            foreach (var file in cache.LaidOut.Listed().DistinctBy(file => file.Path).OrderBy(file => file.Path, StringComparer.Ordinal))
                Guard(FindingKind.Output, file.Path, () => CheckOutput(file));
            return new Verification(blobs.Count, _findings);
        }

        private void CheckBlob(ContentHash hash)
        {
            if (cache.Content.Inspect(hash) is not { } flaw)
                return;
            if (flaw.IsDamage)
            {
                cache.Content.Remove(hash);
                if (TryHeal(hash, $"the stored blob {hash} {flaw.Text}"))
                    return;
                _gone.Add(hash);
            }

            Add(FindingKind.Damaged, $"{hash}", $"the stored blob {hash}", flaw, Again);
        }

        private void CheckRecord(ContentHash key)
        {
            if (cache.Actions.Inspect(key, out var result) is { } flaw)
            {
                if (flaw.IsDamage)
                    cache.Actions.Remove(key);
                Add(FindingKind.Record, $"{key}", $"the cache record {key}", flaw, Again);
            }
            else if (result is not null)
                CheckOutputsOf(key, result);
        }

        /// <summary>A result whose bytes are nowhere is none.</summary>
        private void CheckOutputsOf(ContentHash key, ActionResult result)
        {
            var owner = result.Item == result.Stage ? result.Stage : $"{result.Stage}, {result.Item}";
            var isComplete = true;
            foreach (var hash in result.Outputs.Select(output => output.Blob.Hash).Distinct().Where(hash => !cache.Content.Contains(hash)))
            {
                if (TryHeal(hash, $"the blob {hash} of {owner} was missing in the store"))
                    continue;
                isComplete = false;
                if (!_gone.Contains(hash))
                    Add(FindingKind.Missing, hash, $"the blob {hash} of {owner} is missing in the store, and no output has its content; it is made again when needed");
            }

            if (!isComplete)
                cache.Actions.Remove(key);
        }

        private void CheckOutput(LaidOutFile file)
        {
            var path = Path.Combine(cache.Workspace, file.Path);
            var type = FileStatus.Of(path).Type;
            if (type != FileType.File)
                _findings.Add(new Finding(FindingKind.Output, file.Path, $"the output {file.Path} {FileStatus.Describe(type)}; the next run puts it back"));
            else if (cache.Hasher.TryRehash(path) != file.Hash)
                _findings.Add(new Finding(FindingKind.Output, file.Path, $"the output {file.Path} is not as it was written; the next run keeps what you edited beside it and puts it back"));
        }

        /// <summary>Takes a blob from an output that still has its content.</summary>
        private bool TryHeal(ContentHash hash, string what)
        {
            foreach (var path in _outputs.Value[hash].Where(path => cache.Hasher.TryRehash(path) == hash))
            {
                if (cache.Content.PutFile(path).Hash != hash)
                    continue;
                Add(FindingKind.Healed, hash, $"{what}; it was taken anew from {Path.GetRelativePath(cache.Workspace, path)}");
                return true;
            }

            return false;
        }

        private void Guard(FindingKind kind, string subject, Action check)
        {
            try
            {
                check();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _findings.Add(new Finding(kind, subject, $"{subject} cannot be looked at: {e.Message}"));
            }
        }

        private void Add(FindingKind kind, ContentHash hash, string text) => _findings.Add(new Finding(kind, hash.ToString(), text));

        private void Add(FindingKind kind, string subject, string what, Flaw flaw, string then) =>
            _findings.Add(new Finding(kind, subject, $"{what} {flaw.Text}; {(flaw.IsDamage ? $"it was removed, and {then}" : "it stays where it is: verify again when it can be read, or delete it")}"));
    }
}
