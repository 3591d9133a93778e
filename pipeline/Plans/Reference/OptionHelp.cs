using System.Text;

namespace Slipway.Pipeline.Plans.Reference;

/// <summary>What an option of the plan means, as the command line tells it.</summary>
public static class OptionHelp
{
    private const int Width = 110;
    private const string Indent = "    ";
    private const string Named = ".NAME";

    /// <summary>Names that something is known of: options and sections.</summary>
    public static IEnumerable<string> Names => Sections().SelectMany(section => section.Section.Options.Select(option => option.Name).Append(section.Section.Key)).Where(name => name.Length > 0).Distinct(StringComparer.Ordinal);

    /// <summary>The option of this name wherever it may stand, or the section of this name with its options.</summary>
    /// <param name="name">Such as <c>noise_offset</c>, <c>evaluation.steps</c> or <c>evaluation</c>.</param>
    /// <returns>The text; null where a plan has nothing of this name.</returns>
    public static string? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var text = new StringBuilder();
        foreach (var (path, section) in Sections())
        {
            var isAsked = IsNamed(path, section.Key);
            var options = section.Options.Where(option => isAsked || IsNamed(Join(path, option.Name), option.Name)).ToList();
            if (isAsked)
                text.Append(Wrapped($"{path}: {section.Says}", "")).Append('\n');
            foreach (var option in options)
                text.Append(Wrapped($"{Join(path, option.Name)}: {PlanReference.Value(option)}; without it: {PlanReference.Otherwise(option)}", "")).Append(Wrapped(option.Says, Indent)).Append('\n');
        }

        return text.Length == 0 ? null : text.ToString(0, text.Length - 1);

        // A plan's own names stand where NAME does, and may be left out.
        bool IsNamed(string path, string last) =>
            last.Length > 0 && new[] { last, path, path.Replace(Named, "", StringComparison.Ordinal) }.Contains(name, StringComparer.OrdinalIgnoreCase);
    }

    private static IEnumerable<(string Path, PlanSection Section)> Sections() => Below("", PlanSections.Top);

    private static IEnumerable<(string Path, PlanSection Section)> Below(string above, PlanSection section)
    {
        var path = Join(above, section.Key) + (section.IsNamed ? Named : "");
        return [(path, section), .. section.Sections.SelectMany(below => Below(path, below))];
    }

    private static string Join(string above, string name) => above.Length > 0 ? $"{above}.{name}" : name;

    private static string Wrapped(string text, string indent)
    {
        var (lines, line) = (new StringBuilder(), indent);
        foreach (var word in text.Split(' '))
        {
            if (line.Length > indent.Length && line.Length + 1 + word.Length > Width)
            {
                lines.Append(line).Append('\n');
                line = indent.Length > 0 ? indent : Indent;
            }

            line += line.Trim().Length == 0 ? word : $" {word}";
        }

        return lines.Append(line).Append('\n').ToString();
    }
}
