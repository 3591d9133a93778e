using System.Globalization;
using Slipway.Engine.Jobs;
using Slipway.Imaging.Grids;
using Slipway.Imaging.Pictures;

namespace Slipway.Pipeline.Jobs;

/// <summary>A grid as outputs of a job: a file a page, numbered from the second on.</summary>
internal static class GridFile
{
    /// <summary>An output a page.</summary>
    public static IEnumerable<JobOutput> Outputs(string name, GridLayout layout) => Enumerable.Range(0, layout.Pages().Count).Select(page => new JobOutput(NameOf(name, page)));

    /// <summary>A path a page: <c>x.png</c>, <c>x_2.png</c>, …</summary>
    public static IEnumerable<string> Paths(string path, GridLayout layout) => Paths(path, layout.Pages().Count);

    /// <inheritdoc cref="Paths(string, GridLayout)"/>
    public static IEnumerable<string> Paths(string path, int pages)
    {
        var ending = Path.GetExtension(path);
        return Enumerable.Range(0, pages).Select(page => page == 0 ? path : Invariant($"{path[..^ending.Length]}_{page + 1}{ending}"));
    }

    /// <summary>Draws and writes all pages, one after the other.</summary>
    public static void Save(JobIo io, string name, GridSpec spec, PictureFormat format = PictureFormat.Png, string? text = null)
    {
        for (var page = 0; page < spec.Layout.Pages().Count; page++)
        {
            io.Cancellation.ThrowIfCancellationRequested();
            Grid.Draw(spec, page).Save(io.Output(NameOf(name, page)), format, text);
        }
    }

    private static string NameOf(string name, int page) => page == 0 ? name : Invariant($"{name}, page {page + 1}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
