using System.Globalization;
using Slipway.Engine.Jobs;
using Slipway.Imaging.Grids;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Drawing;
using Slipway.Pipeline.Plans.Axes;

namespace Slipway.Pipeline.Jobs;

/// <summary>
/// A grid of pictures that others have drawn, on as many pages as its third axis and the limits of a page make. Pictures are decoded one by one, as
/// they are set into their page.
/// </summary>
/// <param name="Title">Above each page.</param>
/// <param name="X">What the columns are.</param>
/// <param name="Y">What the rows are.</param>
/// <param name="Z">What the pages are.</param>
/// <param name="Cells">The pictures: of each page each row.</param>
/// <param name="CellWidth">Width of a cell in pixels.</param>
/// <param name="CellHeight">Height of a cell in pixels.</param>
/// <param name="Format">What the pages are written as.</param>
public sealed record GridJob(
    string Title, AxisLabels X, AxisLabels Y, AxisLabels Z, IReadOnlyList<NamedFile> Cells, int CellWidth, int CellHeight, PictureFormat Format) : IJob
{
    // What the infotext says of an axis: a JPEG file has no room for more.
    private const int LongestText = 4_000;

    /// <inheritdoc/>
    public JobKind Kind { get; } = new("Grid", 1);

    /// <inheritdoc/>
    public IReadOnlyList<string> Environment => [EnvironmentGroups.Skia];

    /// <inheritdoc/>
    public IReadOnlyList<JobOutput> Outputs => [.. Enumerable.Range(0, Z.Labels.Count).SelectMany(page => GridFile.Outputs(NameOf(page), Layout))];

    /// <summary>How a page of the third axis is parted where it is too large for one picture.</summary>
    internal GridLayout Layout => new(Y.Labels.Count, X.Labels.Count, CellWidth, CellHeight);

    /// <inheritdoc/>
    public void Run(JobIo io)
    {
        for (var page = 0; page < Z.Labels.Count; page++)
        {
            var first = page * X.Labels.Count * Y.Labels.Count;
            var spec = new GridSpec(
                Z.Labels[page].Length == 0 ? Title : $"{Title}, {Z.Labels[page]}",
                Y.Labels,
                X.Labels,
                (row, column) => Picture.Load(io.PathOf(Cells[first + (row * X.Labels.Count) + column].File)),
                Footer: null,
                CellWidth,
                CellHeight);
            GridFile.Save(io, NameOf(page), spec, Format, Text(io, first));
            io.Report(page + 1, Z.Labels.Count, null);
        }
    }

    private static string NameOf(int page) => string.Create(CultureInfo.InvariantCulture, $"page {page + 1}");

    /// <summary>As the web UIs do it: the text of the first picture, and the axes under the names of their script.</summary>
    private string Text(JobIo io, int first)
    {
        var told = Infotext.Parse(PictureText.Load(io.PathOf(Cells[first].File)) ?? string.Empty);
        List<KeyValuePair<string, string>> settings = [.. told.Settings, new("Script", "X/Y/Z plot")];
        foreach (var (name, axis) in new[] { ("X", X), ("Y", Y), ("Z", Z) })
        {
            if (axis.Type.Length > 0)
                settings.AddRange([new($"{name} Type", axis.Type), new($"{name} Values", Short(axis.Values))]);
        }

        return (told with { Prompt = Short(told.Prompt), NegativePrompt = Short(told.NegativePrompt), Settings = settings }).ToString();
    }

    private static string Short(string text) => text.Length <= LongestText ? text : text[..LongestText] + "…";
}

/// <summary>An axis of a grid as a job knows it.</summary>
/// <param name="Type">What the web UIs call it; empty where there is none.</param>
/// <param name="Values">Its entries, as they are written.</param>
/// <param name="Labels">What its rows, columns or pages are called.</param>
public sealed record AxisLabels(string Type, string Values, IReadOnlyList<string> Labels)
{
    /// <summary>Of an axis of a plan; null: there is one row, column or page, without a label.</summary>
    public static AxisLabels Of(GridAxis? axis) => axis is null ? new("", "", [""]) : new(axis.Kind.WebName(), string.Join(", ", axis.Values.Select(AxisList.Write)), axis.Labels);
}
