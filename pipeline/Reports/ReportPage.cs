using System.Text;

namespace Slipway.Pipeline.Reports;

/// <summary>
/// The page: one HTML file with its style and its scripts in it, since a browser loads no module from a file, and the data that it draws from,
/// since it fetches none either.
/// </summary>
internal static class ReportPage
{
    private static readonly string[] Scripts =
        ["texts-en.js", "texts-ja.js", "elements.js", "figures.js", "headline.js", "pictures.js", "lightbox.js", "slider.js", "grid.js", "plots.js", "steps.js", "plane.js", "curves.js", "measures.js", "data.js", "origins.js", "report.js"];

    /// <summary>Puts it together.</summary>
    /// <param name="language">Its language.</param>
    /// <param name="title">Its title; any text.</param>
    /// <param name="json">The data, as <see cref="ReportJson"/> writes it.</param>
    public static string Of(string language, string title, string json) => Resource("index.html")
        .Replace("{{language}}", language, StringComparison.Ordinal)
        .Replace("{{title}}", System.Net.WebUtility.HtmlEncode(title), StringComparison.Ordinal)
        .Replace("{{style}}", Resource("report.css"), StringComparison.Ordinal)
        .Replace("{{script}}", string.Concat(Scripts.Select(Resource)), StringComparison.Ordinal)
        // Last, so that nothing in it is taken for a place of the page.
        .Replace("{{report}}", json, StringComparison.Ordinal);

    private static string Resource(string name)
    {
        using var stream = typeof(ReportPage).Assembly.GetManifestResourceStream($"Slipway.Pipeline.Reports.Page.{name}")
            ?? throw new InvalidOperationException($"The page lacks its part {name}.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
