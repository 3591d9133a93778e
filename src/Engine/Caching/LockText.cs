using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Slipway.Engine.Caching;

/// <summary>The text of a lock file: for each profile and stage two hashes, sorted; and for each file that was fetched without a hash in the plan, what came.</summary>
internal sealed class LockText
{
    private const string Header =
        "# Written by the pipeline: what each stage was made of, and what it gave. Commit it; never edit it.\n";

    private const string Fingerprint = "    fingerprint: ";
    private const string Commit = "  commit: ";
    private const string Size = "  size: ";
    private const string Hash = "  sha256: ";

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>By profile and stage.</summary>
    public SortedDictionary<string, SortedDictionary<string, LockedStage>> Profiles { get; } = new(StringComparer.Ordinal);

    /// <summary>What was fetched, by where it is from; no profile's name has such a beginning.</summary>
    public SortedDictionary<string, LockedFile> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Number of the first line with a conflict marker of git's; 0 for none.</summary>
    public int ConflictLine { get; private set; }

    /// <summary>
    /// Reads exactly what <see cref="ToString"/> writes, and skips what it does not know. What lies between the markers of
    /// a merge conflict is nobody's word.
    /// </summary>
    public static LockText Parse(string text)
    {
        var read = new LockText();
        var lines = text.Split('\n').Select(line => line.TrimEnd('\r')).ToArray();
        SortedDictionary<string, LockedStage>? stages = null;
        var isConflict = false;
        for (var i = 0; i < lines.Length; i++)
        {
            if (IsMarker(lines[i]))
            {
                isConflict = lines[i][0] != '>';
                read.ConflictLine = read.ConflictLine == 0 ? i + 1 : read.ConflictLine;
            }
            else if (isConflict)
                continue;
            else if (KeyOf(lines[i], indent: 0) is { } name)
                stages = name.StartsWith(LockedFile.Prefix, StringComparison.Ordinal) ? read.AddFile(name[LockedFile.Prefix.Length..], lines.AsSpan(i + 1)) : read.StagesOf(name);
            else if (stages is not null && KeyOf(lines[i], indent: 2) is { } stage && i + 2 < lines.Length
                && TryValue(lines[i + 1], Fingerprint, out var fingerprint)
                && TryValue(lines[i + 2], "    outputs: ", out var outputs))
                stages[stage] = new LockedStage(fingerprint, outputs);
        }

        return read;
    }

    /// <summary>All fingerprints that stand in a text, those of both sides of a merge conflict too.</summary>
    public static IEnumerable<ContentHash> Fingerprints(IEnumerable<string> lines) => lines
        .Select(line => TryValue(line.Trim(), Fingerprint.TrimStart(), out var key) ? key : (ContentHash?)null)
        .OfType<ContentHash>();

    /// <summary>The stages of a profile, which is added when it is new.</summary>
    public SortedDictionary<string, LockedStage> StagesOf(string profile)
    {
        if (!Profiles.TryGetValue(profile, out var stages))
            Profiles[profile] = stages = new SortedDictionary<string, LockedStage>(StringComparer.Ordinal);
        return stages;
    }

    /// <summary>The file's text.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Header);
        foreach (var (profile, stages) in Profiles.Where(profile => profile.Value.Count > 0))
        {
            text.Append(Quote(profile)).Append(":\n");
            foreach (var (stage, line) in stages)
            {
                text.Append("  ").Append(Quote(stage)).Append(":\n");
                text.Append(Fingerprint).Append(line.Fingerprint).Append('\n');
                text.Append("    outputs: ").Append(line.Outputs).Append('\n');
            }
        }

        foreach (var (source, file) in Files)
        {
            text.Append(JsonSerializer.Serialize(LockedFile.Prefix + source, Json)).Append(":\n");
            text.Append(Commit).Append(file.Commit).Append('\n');
            text.Append(Size).Append(file.Size.ToString(CultureInfo.InvariantCulture)).Append('\n');
            text.Append(Hash).Append(file.Hash).Append('\n');
        }

        return text.ToString();
    }

    private SortedDictionary<string, LockedStage>? AddFile(string source, ReadOnlySpan<string> lines)
    {
        if (lines.Length >= 3 && lines[0].StartsWith(Commit, StringComparison.Ordinal) && lines[1].StartsWith(Size, StringComparison.Ordinal)
            && long.TryParse(lines[1].AsSpan(Size.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var size) && TryValue(lines[2], Hash, out var hash))
            Files[source] = new LockedFile(lines[0][Commit.Length..], size, hash);
        return null;
    }

    private static bool IsMarker(string line) => line.Length >= 7 && line[0] is '<' or '=' or '>' or '|' && line.AsSpan(0, 7).Count(line[0]) == 7;

    private static string? KeyOf(string line, int indent)
    {
        if (line.Length <= indent + 1 || !line.EndsWith(':') || line[indent] is ' ' or '#' || !line.AsSpan(0, indent).Trim(' ').IsEmpty)
            return null;
        var key = line[indent..^1];
        try
        {
            return key[0] == '"' ? JsonSerializer.Deserialize<string>(key) : key;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A name as a key of YAML: as it is where nothing in it has a meaning there.</summary>
    private static string Quote(string name) =>
        name.Length > 0 && name.All(letter => char.IsLetterOrDigit(letter) || letter is ' ' or '_' or '-' or '.' or '/' or '(' or ')')
        && char.IsLetterOrDigit(name[0]) && name[^1] != ' '
            ? name
            : JsonSerializer.Serialize(name, Json);

    private static bool TryValue(string line, string prefix, out ContentHash hash)
    {
        hash = default;
        return line.StartsWith(prefix, StringComparison.Ordinal) && ContentHash.TryParse(line[prefix.Length..], out hash);
    }
}
