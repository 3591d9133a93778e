using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Slipway.Build.Display;

/// <summary>
/// <code>
/// Train v01  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ 412/800
/// loss 0.0412, gradient norm 0.031, learning rate 0.004, 00:37 left
/// </code>
/// What does not fit into the width goes: first the bar, then the ends of words; figures take further lines.
/// </summary>
internal sealed class ProgressView : Renderable
{
    private const int ShortestBar = 10;
    private const int LongestBar = 40;
    private static readonly Style Name = new(decoration: Decoration.Bold);
    private static readonly Style Full = new(Color.Green);
    private static readonly Style Empty = new(Color.Grey);

    /// <summary>What to show, one below the other.</summary>
    public IReadOnlyList<ProgressState> States { get; set; } = [];

    /// <inheritdoc/>
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        // With room for the ^C that a terminal writes behind the cursor: a line of its own for it would not be cleared.
        var width = Math.Max(1, maxWidth - 3);
        return States.SelectMany((state, i) => (IEnumerable<Segment>)
        [
            .. i == 0 ? [] : new[] { Segment.LineBreak },
            .. Bar(state, width, options.Unicode),
            .. Lines(state.Figures, width).SelectMany(line => new[] { Segment.LineBreak, new Segment(line, Empty) }),
        ]);
    }

    private static IEnumerable<Segment> Bar(ProgressState state, int width, bool unicode)
    {
        // One thing to do is either under way or done: nothing to count.
        var count = state.All == 1 ? "..." : string.Create(CultureInfo.InvariantCulture, $"{state.Done}/{state.All}");
        if (state.Stage.Length + 1 + count.Length > width)
        {
            yield return new Segment(Cut($"{state.Stage} {count}", width), Name);
            yield break;
        }

        yield return new Segment(state.Stage, Name);
        var room = Math.Min(LongestBar, width - state.Stage.Length - count.Length - 3);
        if (state.All > 1 && room >= ShortestBar)
        {
            var full = (int)((long)room * Math.Clamp(state.Done, 0, state.All) / state.All);
            yield return new Segment("  ");
            yield return new Segment(new string(unicode ? '━' : '#', full), Full);
            yield return new Segment(new string(unicode ? '─' : '-', room - full), Empty);
        }

        yield return new Segment($" {count}");
    }

    /// <summary>As many figures in a line as fit.</summary>
    private static IEnumerable<string> Lines(IReadOnlyList<string> figures, int width)
    {
        var line = "";
        foreach (var figure in figures)
        {
            var longer = line.Length == 0 ? figure : $"{line}, {figure}";
            if (line.Length > 0 && longer.Length > width)
            {
                yield return line;
                longer = figure;
            }

            line = Cut(longer, width);
        }

        if (line.Length > 0)
            yield return line;
    }

    private static string Cut(string text, int width) => text.Length <= width ? text : text[..width];
}
