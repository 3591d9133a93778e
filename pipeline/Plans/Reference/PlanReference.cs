using System.Text;
using Slipway.Engine.Options;

namespace Slipway.Pipeline.Plans.Reference;

/// <summary>All options of a plan as tables in Markdown: what the README says of them.</summary>
public static class PlanReference
{
    /// <summary>The tables, one for each section.</summary>
    public static string Markdown
    {
        get
        {
            var text = new StringBuilder();
            Add(text, "", PlanSections.Top);
            return text.ToString();
        }
    }

    private static void Add(StringBuilder text, string above, PlanSection section)
    {
        var path = (above.Length > 0 ? above + "." : "") + section.Key + (section.IsNamed ? ".NAME" : "");
        var title = path.Length > 0 ? $"<code>{path}</code>" : "At the top";
        text.Append($"<details><summary>{title}: {section.Says.TrimEnd('.')}</summary>\n\n| option | value | without it | |\n|---|---|---|---|\n");
        foreach (var option in section.Options)
            text.Append($"| `{option.Name}` | {Cell(Value(option))} | {Cell(Otherwise(option))} | {Cell(option.Says)} |\n");
        text.Append("\n</details>\n");
        foreach (var below in section.Sections)
            Add(text, path, below);
    }

    /// <summary>What a value must be.</summary>
    internal static string Value(IOption option) => option.Expected.StartsWith("one of ", StringComparison.Ordinal) ? option.Expected[7..] : option.Expected;

    /// <summary>What holds where it is not given.</summary>
    internal static string Otherwise(IOption option) =>
        option.IsRequired ? "must be given"
        : option.Otherwise.Length > 0 ? option.Otherwise
        : option.Default.Length > 0 ? $"`{option.Default}`"
        : "–";

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("\n", " ", StringComparison.Ordinal);
}
