using System.Text;
using Slipway.Engine.Files;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Commands.Exchange;

/// <summary>
/// Puts an imported version into a plan's text, behind the datasets and versions that are there, of all profiles or of one;
/// nothing else of the text changes.
/// </summary>
internal sealed class PlanInsertion
{
    private const int Step = 2;

    private readonly string _plan;
    private readonly List<string> _lines;

    private PlanInsertion(string plan) => (_plan, _lines) = (plan, [.. File.ReadAllText(plan).ReplaceLineEndings("\n").TrimEnd('\n').Split('\n')]);

    /// <summary>Writes the plan with the version in it, once it has been read as a plan.</summary>
    /// <param name="plan">The file.</param>
    /// <param name="profile">The profile that gets the version; null: the plan itself, for all profiles.</param>
    /// <param name="version">The version.</param>
    /// <exception cref="FileNotFoundException">There is no such plan.</exception>
    /// <exception cref="PlanException">It would not be one any more, or has such a version or dataset already.</exception>
    public static void Insert(string plan, string? profile, ImportedVersion version)
    {
        if (!File.Exists(plan))
            throw new FileNotFoundException($"The plan {plan} does not exist; without --out the version is printed.", plan);
        var insertion = new PlanInsertion(plan);
        insertion.Append(profile, "datasets", [.. VersionYaml.Datasets(version)]);
        insertion.Append(profile, "versions", [.. VersionYaml.Versions(version)]);
        insertion.Write(profile);
    }

    private void Append(string? profile, string key, IReadOnlyList<string> added)
    {
        if (added.Count == 0)
            return;
        var (start, end, depth) = (0, _lines.Count, 0);
        foreach (var parent in profile is null ? Array.Empty<string>() : ["profiles", profile])
        {
            (start, end) = Block(start, end, depth, parent) ?? throw new PlanException([$"{Path.GetFileName(_plan)} has no block `{parent}:`; leave out --out, and put what is printed where it belongs."]);
            depth++;
        }

        var indent = new string(' ', depth * Step);
        var lines = added.Select(line => indent + line);
        if (Block(start, end, depth, key) is { } block)
            _lines.InsertRange(block.End, [string.Empty, .. lines]);
        else
            _lines.InsertRange(end, [string.Empty, $"{indent}{key}:", .. lines]);
    }

    /// <summary>The lines below a key: from behind it to its last value.</summary>
    private (int Start, int End)? Block(int from, int to, int depth, string key)
    {
        var head = new string(' ', depth * Step) + key + ":";
        var start = _lines.FindIndex(from, to - from, line => line.StartsWith(head, StringComparison.Ordinal) && (line.Length == head.Length || line[head.Length..].TrimStart() is "" or ['#', ..]));
        if (start < 0)
            return null;
        var end = _lines.FindIndex(start + 1, to - start - 1, line => IsValue(line) && line.Length - line.TrimStart().Length <= depth * Step);
        end = end < 0 ? to : end;
        while (end > start + 1 && !IsValue(_lines[end - 1]))
            end--;
        return (start + 1, end);
    }

    private static bool IsValue(string line) => line.TrimStart() is not ("" or ['#', ..]);

    private void Write(string? profile)
    {
        var draft = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(_plan))!, $".{Guid.NewGuid():N}.yaml");
        var text = string.Join('\n', _lines) + "\n";
        try
        {
            File.WriteAllText(draft, text);
            foreach (var name in profile is null ? Plan.Load(draft).Profiles : [profile])
                Plan.Load(draft, name);
            AtomicFile.Write(_plan, Encoding.UTF8.GetBytes(text));
        }
        catch (PlanException exception)
        {
            var problems = exception.Problems.Select(problem => problem.Replace(Path.GetFileName(draft), Path.GetFileName(_plan), StringComparison.Ordinal));
            var hint = profile is null ? ["If it does not fit one of the profiles, put it into another alone: --profile=NAME."] : Array.Empty<string>();
            throw new PlanException(["With what was imported the plan is none, so it was left as it is:", .. problems, .. hint]);
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
