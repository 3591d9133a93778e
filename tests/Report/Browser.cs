using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Slipway.Report.Tests.Browser))]

namespace Slipway.Report.Tests;

/// <summary>
/// The system's Chromium without a window, and stories for it to open. Where it is not installed (Debian's package chromium), or does not start, its
/// tests are skipped with the reason.
/// </summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private string? _problem;

    /// <summary>By language: the page with everything.</summary>
    internal Dictionary<string, MadeStory> Stories { get; } = new(StringComparer.Ordinal);

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator).SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists) is not { } program)
        {
            _problem = "There is no Chromium here (Debian's package chromium), in which the report would be looked at.";
            return;
        }

        try
        {
            _playwright = await Playwright.CreateAsync();
            // Chromium refuses its sandbox to root, and to nobody else.
            _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, ChromiumSandbox = Environment.UserName != "root" });
        }
        catch (PlaywrightException exception)
        {
            _problem = $"{program} does not start here: {exception.Message.Split('\n')[0]}";
            return;
        }

        Stories["en"] = await MadeStory.WithEverythingAsync(Pipeline.Plans.Sections.ReportLanguage.En);
        Stories["ja"] = await MadeStory.WithEverythingAsync(Pipeline.Plans.Sections.ReportLanguage.Ja);
        Stories["saved"] = await MadeStory.WithBestSavedAsync();
        Stories["embedded"] = await MadeStory.InEmbeddingAsync();
        Stories["plain"] = await MadeStory.PlainAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        Stories.Values.ToList().ForEach(story => story.Dispose());
    }

    /// <summary>Opens a story's page; a word on the console, or a file that is not there, fails the test when the page is closed.</summary>
    internal async Task<OpenPage> OpenAsync(string story, int width = 1600, int height = 1000, ColorScheme scheme = ColorScheme.Light)
    {
        Assert.SkipWhen(_problem is not null, _problem ?? "");
        var page = await _browser!.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = height }, ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        var open = new OpenPage(page);
        await page.GotoAsync(new Uri(Stories[story].Page).AbsoluteUri);
        return open;
    }
}

/// <summary>A page that is open.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    private readonly List<string> _troubles = [];

    public OpenPage(IPage page)
    {
        Page = page;
        page.Console += (_, message) => _troubles.Add($"{message.Type}: {message.Text}");
        page.PageError += (_, error) => _troubles.Add(error);
        page.RequestFailed += (_, request) => _troubles.Add($"{request.Url}: {request.Failure}");
    }

    public IPage Page { get; }

    public async ValueTask DisposeAsync()
    {
        await Page.CloseAsync();
        Assert.Empty(_troubles);
    }
}
