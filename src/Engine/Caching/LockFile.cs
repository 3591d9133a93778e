using System.Text;
using Slipway.Engine.Files;

namespace Slipway.Engine.Caching;

/// <summary>
/// <c>lora.pipeline.lock.yaml</c>: for each profile and stage the fingerprint and the hash of the outputs, sorted, so
/// that a change of either shows in a review. It is a record for people; nothing is decided by it.
/// </summary>
public sealed class LockFile
{
    private const string Header =
        "# Written by the pipeline: what each stage was made of, and what it gave. Commit it; never edit it.\n";

    private readonly string _path;
    private readonly SortedDictionary<string, SortedDictionary<string, Line>> _profiles;

    /// <param name="path">The file; one that cannot be understood is replaced when the next stage has run.</param>
    public LockFile(string path)
    {
        _path = path;
        _profiles = Read(path);
    }

    /// <summary>Sets a stage's entry, and writes the file if that changes it.</summary>
    /// <param name="profile">Profile under which the stage ran.</param>
    /// <param name="stage">Label of the stage.</param>
    /// <param name="fingerprint">Key of the stage's manifest.</param>
    /// <param name="outputs">Hash over the hashes of all outputs.</param>
    public void Set(string profile, string stage, ContentHash fingerprint, ContentHash outputs)
    {
        if (!_profiles.TryGetValue(profile, out var stages))
            _profiles[profile] = stages = new SortedDictionary<string, Line>(StringComparer.Ordinal);
        var line = new Line(fingerprint, outputs);
        if (stages.TryGetValue(stage, out var old) && old == line)
            return;
        stages[stage] = line;
        AtomicFile.Write(_path, Encoding.UTF8.GetBytes(ToString()));
    }

    /// <summary>Drops the entries of stages that no longer exist.</summary>
    public void Keep(string profile, IReadOnlySet<string> stages)
    {
        if (!_profiles.TryGetValue(profile, out var known))
            return;
        var gone = known.Keys.Where(stage => !stages.Contains(stage)).ToList();
        foreach (var stage in gone)
            known.Remove(stage);
        if (gone.Count > 0)
            AtomicFile.Write(_path, Encoding.UTF8.GetBytes(ToString()));
    }

    /// <summary>The file's text.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Header);
        foreach (var (profile, stages) in _profiles)
        {
            text.Append(profile).Append(":\n");
            foreach (var (stage, line) in stages)
            {
                text.Append("  ").Append(stage).Append(":\n");
                text.Append("    fingerprint: ").Append(line.Fingerprint).Append('\n');
                text.Append("    outputs: ").Append(line.Outputs).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>Reads exactly what <see cref="ToString"/> writes, and skips what it does not know.</summary>
    private static SortedDictionary<string, SortedDictionary<string, Line>> Read(string path)
    {
        var read = new SortedDictionary<string, SortedDictionary<string, Line>>(StringComparer.Ordinal);
        var lines = File.Exists(path) ? File.ReadAllLines(path) : [];
        SortedDictionary<string, Line>? stages = null;
        for (var i = 0; i < lines.Length; i++)
        {
            if (IsKey(lines[i], indent: 0))
                read[lines[i][..^1]] = stages = new SortedDictionary<string, Line>(StringComparer.Ordinal);
            else if (stages is not null && IsKey(lines[i], indent: 2) && i + 2 < lines.Length
                && TryValue(lines[i + 1], "    fingerprint: ", out var fingerprint)
                && TryValue(lines[i + 2], "    outputs: ", out var outputs))
                stages[lines[i][2..^1]] = new Line(fingerprint, outputs);
        }

        return read;
    }

    private static bool IsKey(string line, int indent) =>
        line.Length > indent + 1 && line.EndsWith(':') && line[indent] is not (' ' or '#') && line.AsSpan(0, indent).Trim(' ').IsEmpty;

    private static bool TryValue(string line, string prefix, out ContentHash hash)
    {
        hash = default;
        return line.StartsWith(prefix, StringComparison.Ordinal) && ContentHash.TryParse(line[prefix.Length..], out hash);
    }

    private sealed record Line(ContentHash Fingerprint, ContentHash Outputs);
}
