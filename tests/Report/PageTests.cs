using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Slipway.Report.Tests;

/// <summary>The page in a browser, as a file.</summary>
public sealed class PageTests(Browser browser)
{
    public static TheoryData<string, int, ColorScheme> Looks => new()
    {
        { "en", 1600, ColorScheme.Light },
        { "en", 390, ColorScheme.Dark },
        { "ja", 390, ColorScheme.Light },
        { "ja", 1600, ColorScheme.Dark },
        { "plain", 390, ColorScheme.Light },
        { "saved", 390, ColorScheme.Light },
        { "embedded", 390, ColorScheme.Light },
        { "saved", 1600, ColorScheme.Light },
    };

    /// <summary>Everything that a look at it would show: with the parts open that open.</summary>
    [Theory]
    [MemberData(nameof(Looks))]
    public async Task Every_picture_loads_nothing_is_wider_than_the_window_and_axe_finds_nothing(string story, int width, ColorScheme scheme)
    {
        await using var open = await browser.OpenAsync(story, width, scheme: scheme);
        var page = open.Page;
        await page.EvaluateAsync("() => document.querySelectorAll('details').forEach(part => part.open = true)");
        await page.EvaluateAsync("() => document.querySelectorAll('img').forEach(image => image.loading = 'eager')");
        await page.WaitForFunctionAsync("() => [...document.images].every(image => image.complete)");

        Assert.Empty(await page.EvaluateAsync<string[]>("() => [...document.images].filter(image => image.naturalWidth === 0).map(image => image.src)"));
        Assert.Equal(width, await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
        await Picture(page, $"{story}-{width}-{scheme}");
        Assert.Equal("", Told(await page.RunAxe()));
    }

    [Fact]
    public async Task The_headline_names_the_best_version_and_the_file()
    {
        await using var open = await browser.OpenAsync("en");

        Assert.Equal("v03 beats v02: the mascot in 100% of the pictures instead of 0%, the background that was asked for in 100% of the pictures instead of 90%.", await open.Page.Locator("h1").InnerTextAsync());
        Assert.Equal("artifacts/lora/sail_kun_v03.safetensors", await open.Page.Locator(".recommended .path").InnerTextAsync());
    }

    [Theory]
    [InlineData(1600)]
    [InlineData(390)]
    public async Task A_version_s_long_name_does_not_lie_on_its_pictures(int width)
    {
        await using var open = await browser.OpenAsync("en", width);
        await open.Page.EvaluateAsync("() => document.querySelectorAll('.version span').forEach(name => name.textContent = 'early_stopping_with_class_pictures')");

        var over = await open.Page.EvaluateAsync<double[]>(
            "() => [...document.querySelectorAll('.grid th[scope=row]')].map(head => head.querySelector('.version').getBoundingClientRect().right - head.getBoundingClientRect().right)");
        Assert.NotEmpty(over);
        Assert.All(over, pixels => Assert.InRange(pixels, double.MinValue, 0));
    }

    [Fact]
    public async Task No_two_of_many_versions_look_alike()
    {
        await using var open = await browser.OpenAsync("en");

        Assert.Equal(30, await open.Page.EvaluateAsync<int>(
            "() => new Set(Object.values(styleOf({ versions: [...Array(30).keys()].map(i => ({ name: `v${i}` })) })).map(style => style.color + style.shape)).size"));
    }

    [Fact]
    public async Task What_comes_out_of_captions_prompts_and_metadata_is_text()
    {
        await using var open = await browser.OpenAsync("en");

        Assert.Contains(MadeStory.Hostile, await open.Page.Locator(".caption").AllTextContentsAsync());
        Assert.Equal(0, await open.Page.Locator("img[src=x], main b, main i, main u").CountAsync());
    }

    [Fact]
    public async Task The_page_names_no_other_place()
    {
        await using var open = await browser.OpenAsync("en");

        var links = await open.Page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('[src], [href]')].map(element => element.getAttribute('src') ?? element.getAttribute('href'))");
        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.Matches("^(#[a-z]+|run\\.js|pictures/[^:]+)$", link));
        Assert.DoesNotMatch(new Regex("(?:src|href)=\"?https?:", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)), await File.ReadAllTextAsync(browser.Stories["en"].Page, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_seed_changes_all_pictures_of_the_grid()
    {
        await using var open = await browser.OpenAsync("en");
        var images = open.Page.Locator("#grid img");
        var first = await Sources(images);

        await open.Page.Locator("#grid").GetByLabel("12").CheckAsync();

        Assert.All(await Sources(images), source => Assert.EndsWith("_12.png", Uri.UnescapeDataString(source), StringComparison.Ordinal));
        Assert.Equal(first.Count, await images.CountAsync());
    }

    [Fact]
    public async Task A_picture_opens_large_by_keyboard_goes_to_its_neighbours_and_closes_again()
    {
        await using var open = await browser.OpenAsync("en");
        var page = open.Page;
        var box = page.GetByRole(AriaRole.Dialog);
        await page.Locator("#grid").GetByRole(AriaRole.Button, new() { Name = "v01, beach, seed 11" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");

        Assert.Equal("v01, beach, seed 11", await box.Locator(".stage img").GetAttributeAsync("alt"));
        Assert.Contains("Sampler: Euler a, Seed: 11, </pre><b>", await box.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("samples/v01/beach_11.png", await box.InnerTextAsync(), StringComparison.Ordinal);
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("ArrowDown");
        Assert.Equal("v02, night_sky, seed 11", await box.Locator(".stage img").GetAttributeAsync("alt"));
        Assert.Equal("", Told(await page.RunAxe()));
        await page.Keyboard.PressAsync("Escape");
        Assert.Equal(0, await box.CountAsync());
    }

    [Fact]
    public async Task The_line_between_two_versions_moves_by_mouse_and_keyboard()
    {
        await using var open = await browser.OpenAsync("en");
        var (page, stage) = (open.Page, open.Page.Locator(".comparison"));
        await stage.ScrollIntoViewIfNeededAsync();
        var bounds = (await stage.BoundingBoxAsync())!;

        await page.Mouse.ClickAsync(bounds.X + (bounds.Width * 0.2f), bounds.Y + (bounds.Height / 2));
        var clicked = await At(stage);
        await page.Keyboard.PressAsync("ArrowRight");
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Left" }).SelectOptionAsync("no LoRA");

        Assert.InRange(clicked, 15, 25);
        Assert.Equal(clicked + 1, await At(stage));
        Assert.Equal("no LoRA, beach, seed 11", await stage.Locator(".before").GetAttributeAsync("alt"));
        Assert.Equal("v03, beach, seed 11", await stage.Locator(".after").GetAttributeAsync("alt"));
    }

    [Fact]
    public async Task Curves_have_all_versions_with_the_blow_up_and_the_kept_step_and_each_can_be_hidden()
    {
        await using var open = await browser.OpenAsync("en");
        var figures = open.Page.Locator("#curves figure");

        Assert.Equal(["Loss", "Gradient norm", "Learning rate", "Validation, subject", "Validation, background"], await figures.Locator("figcaption strong").AllInnerTextsAsync());
        Assert.Contains("1", await figures.Nth(1).Locator("text").AllTextContentsAsync()); // a logarithmic axis up to 8
        Assert.Equal(["★", "★", "★"], await figures.Nth(3).Locator(".kept").AllTextContentsAsync());
        Assert.Contains("v01: 1 × a figure was no finite number", await open.Page.Locator("#curves").InnerTextAsync(), StringComparison.Ordinal);
        await open.Page.GetByRole(AriaRole.Button, new() { Name = "v02", Exact = true }).ClickAsync();
        Assert.Equal(2, await figures.Nth(3).Locator(".kept").CountAsync());
        Assert.Equal(9, await open.Page.Locator("#curves .strip img").CountAsync());
    }

    /// <summary>However narrow the window is, and however many versions there are.</summary>
    [Fact]
    public async Task Names_of_options_are_broken_where_their_words_end_and_nowhere_else()
    {
        await using var open = await browser.OpenAsync("en", 390);

        Assert.Empty(await open.Page.EvaluateAsync<string[]>(
            """
            () => {
              document.querySelectorAll('#settings td').forEach(cell => cell.style.minWidth = '300px');
              return [...document.querySelectorAll('#settings th code')].filter(code => new Set([...code.getClientRects()].map(part => part.top)).size > code.textContent.split(/(?<=[_.])/).length).map(code => code.textContent);
            }
            """));
        Assert.Contains("lr_scheduler", await open.Page.Locator("#settings th code").AllTextContentsAsync());
    }

    [Fact]
    public async Task The_plane_has_every_version_and_saved_step_and_marks_the_best()
    {
        await using var open = await browser.OpenAsync("en");
        var plane = open.Page.Locator("#best");

        Assert.Equal(7, await plane.Locator(".point").CountAsync());
        Assert.Equal(1, await plane.Locator(".chosen").CountAsync());
        // No LoRA at no drift, then v03 on its way: none of them is beaten.
        Assert.Equal(4, await plane.Locator("tbody tr", new() { HasText = "●" }).CountAsync());
        Assert.StartsWith("Take sail_kun_v03.safetensors: ", await plane.Locator(".verdict").InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_saved_step_that_is_best_is_named_by_its_file_and_shown_with_its_pictures()
    {
        await using var open = await browser.OpenAsync("saved");
        var (page, plane) = (open.Page, open.Page.Locator("#best"));

        Assert.StartsWith("v01 at step 20 is ahead of v03 at seed 11: ", await page.Locator("h1").InnerTextAsync(), StringComparison.Ordinal);
        // The end of an epoch has another name than a step.
        Assert.Equal("artifacts/lora/sail_kun_v01_saves/sail_kun_v01-000002.safetensors", await page.Locator(".recommended .path").InnerTextAsync());
        Assert.StartsWith("Take sail_kun_v01-000002.safetensors: ", await plane.Locator(".verdict").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal("Pictures of v01 @ 20, seed 11", await plane.Locator(".of-point h3").InnerTextAsync());
        Assert.All(await Sources(plane.Locator(".of-point img")), source => Assert.Contains("/steps/v01-000002/", source, StringComparison.Ordinal));
        Assert.Equal(3, await plane.Locator(".of-point img").CountAsync());
    }

    [Fact]
    public async Task The_plane_s_points_are_one_choice_that_keys_go_through_and_that_shows_its_pictures()
    {
        await using var open = await browser.OpenAsync("en", 390);
        var (page, plane) = (open.Page, open.Page.Locator("#best"));
        var points = plane.GetByRole(AriaRole.Radio);

        Assert.Equal(
            ["no LoRA", "v01 @ 20", "v01", "v02", "v03 @ 20", "v03 @ 40", "v03"],
            (await points.EvaluateAllAsync<string[]>("points => points.map(point => point.getAttribute('aria-label'))")).Select(label => label.Split(':')[0]));
        Assert.Equal("v03 @ 40: mascot presence 80%, drift 0.06, Unbeaten", await points.Nth(5).GetAttributeAsync("aria-label"));
        Assert.Equal(1, await plane.Locator(".point[tabindex='0']").CountAsync());
        await plane.GetByRole(AriaRole.Radio, new() { Checked = true }).FocusAsync();
        await page.Keyboard.PressAsync("ArrowLeft");
        Assert.Equal("Pictures of v03 @ 40, seed 11", await plane.Locator(".of-point h3").InnerTextAsync());
        Assert.Equal("true", await page.EvaluateAsync<string>("() => document.activeElement.getAttribute('aria-checked')"));
        await page.Keyboard.PressAsync("Home");
        Assert.Equal("Pictures of no LoRA, seed 11", await plane.Locator(".of-point h3").InnerTextAsync());
        await points.Nth(1).ClickAsync();
        Assert.Equal("v01 at step 20, beach, seed 11", await plane.Locator(".of-point img").First.GetAttributeAsync("alt"));
    }

    [Fact]
    public async Task Saved_steps_stand_in_a_strip_at_one_prompt_and_open_large()
    {
        await using var open = await browser.OpenAsync("en");
        var (page, plane) = (open.Page, open.Page.Locator("#best"));
        var strip = plane.Locator(".strip");

        Assert.Equal(["20", "40", "end"], await strip.Locator("thead th").AllInnerTextsAsync());
        Assert.Equal(5, await strip.Locator("img").CountAsync()); // v01 saved at 20 alone
        await plane.GetByRole(AriaRole.Combobox, new() { Name = "Prompt" }).SelectOptionAsync("night_sky");
        await strip.GetByRole(AriaRole.Button, new() { Name = "v03 at step 20, night_sky, seed 11" }).ClickAsync();
        var box = page.GetByRole(AriaRole.Dialog);
        Assert.Equal("v03 at step 20, night_sky, seed 11", await box.Locator(".stage img").GetAttributeAsync("alt"));
        await box.GetByRole(AriaRole.Button, new() { Name = "step 40" }).ClickAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        Assert.Equal("v03 at step 40, 海, seed 11", await box.Locator(".stage img").GetAttributeAsync("alt"));
        Assert.Equal("", Told(await page.RunAxe()));
        await page.Keyboard.PressAsync("ArrowUp");
        Assert.Equal("v02, 海, seed 11", await box.Locator(".stage img").GetAttributeAsync("alt"));
    }

    [Fact]
    public async Task Figures_in_an_embedding_have_a_plane_and_a_table_without_any_in_pixels()
    {
        await using var open = await browser.OpenAsync("embedded");
        var (page, plane) = (open.Page, open.Page.Locator("#best"));

        Assert.Equal("v02 is ahead of v03: mascot similarity (embedding) 0.90 instead of 0.80, drift (embedding) 0.02 instead of 0.10.", await page.Locator("h1").InnerTextAsync());
        // Saved steps were not measured in it: they are no points of this plane.
        Assert.Equal(4, await plane.Locator(".point").CountAsync());
        Assert.Equal(["Version", "mascot similarity (embedding)", "drift (embedding)", "Unbeaten"], await plane.Locator("details th[scope=col]").AllTextContentsAsync());
        var tables = page.Locator(".measures");
        Assert.Equal(2, await tables.CountAsync());
        Assert.Equal(["mascot similarity ↑", "drift ↓", "diversity ↑"], await tables.Nth(1).Locator(".measure").AllInnerTextsAsync());
    }

    [Fact]
    public async Task Differences_are_coloured_only_beyond_noise_and_what_cannot_be_told_says_why()
    {
        await using var open = await browser.OpenAsync("en");
        var row = open.Page.Locator(".measures tr", new() { HasText = "background recall" });

        Assert.Equal(["▼ −100", "−10", "+5 since accepted"], await Seen(row.Locator(".difference")));
        Assert.Equal(1, await row.Locator(".worse").CountAsync());
        Assert.Contains("▲ +50 since accepted", await Seen(open.Page.Locator(".measures .better")));
        Assert.Contains("it has no picture <b>to learn</b> from", await open.Page.Locator(".measures").InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_plain_story_lacks_leaves_no_empty_box()
    {
        await using var open = await browser.OpenAsync("plain");

        Assert.Equal(["Loss", "Gradient norm", "Learning rate"], await open.Page.Locator("#curves figure strong").AllInnerTextsAsync());
        Assert.Equal(0, await open.Page.Locator(".strip, .interval, .difference, .warning").CountAsync());
        Assert.Equal(4, await open.Page.Locator("#best .point").CountAsync());
    }

    [Fact]
    public async Task It_is_Japanese_where_the_plan_says_so()
    {
        await using var open = await browser.OpenAsync("ja");

        Assert.Equal("ja", await open.Page.Locator("html").GetAttributeAsync("lang"));
        Assert.StartsWith("v03 は v02 に勝る：", await open.Page.Locator("h1").InnerTextAsync(), StringComparison.Ordinal);
        Assert.DoesNotMatch("undefined|\\{\\w+\\}", await open.Page.Locator("main").InnerTextAsync());
    }

    [Fact]
    public async Task The_commands_name_the_plan_and_the_profile()
    {
        await using var open = await browser.OpenAsync("en");

        Assert.Contains("./build.sh --target=Evaluate --profile=tiny --config=cat.yaml", await open.Page.Locator(".commands code").AllInnerTextsAsync());
        Assert.DoesNotMatch("undefined|NaN|\\{\\w+\\}", await open.Page.Locator("#origins").InnerTextAsync());
    }

    [Theory]
    [InlineData("en", "Tags\t1\t17\t12\t5.0 s\t–")]
    [InlineData("plain", "Tags\t1\t17\t5.0 s\t–")]
    public async Task What_came_from_the_remote_cache_is_told_where_something_did(string story, string row)
    {
        await using var open = await browser.OpenAsync(story);

        Assert.Equal(row, (await open.Page.Locator(".run tbody tr").First.InnerTextAsync()).Trim());
        Assert.Equal(story == "en", (await open.Page.Locator("#origins").InnerTextAsync()).Contains("12 of the reused came from the remote cache.", StringComparison.Ordinal));
    }

    private static string Told(AxeResult result) =>
        string.Join('\n', result.Violations.Select(violation => $"{violation.Id}: {violation.Help}: {string.Join(", ", violation.Nodes.Take(3).Select(node => node.Html))}"));

    private static async Task<IReadOnlyList<string>> Sources(ILocator images) => await images.EvaluateAllAsync<string[]>("images => images.map(image => image.src)");

    /// <summary>Texts without what only a screen reader tells.</summary>
    private static async Task<IReadOnlyList<string>> Seen(ILocator marks) =>
        await marks.EvaluateAllAsync<string[]>("marks => marks.map(mark => [...mark.childNodes].filter(node => node.nodeType === Node.TEXT_NODE).map(node => node.data).join('').trim())");

    private static async Task<int> At(ILocator stage) => await stage.EvaluateAsync<int>("stage => parseInt(stage.style.getPropertyValue('--at'))");

    /// <summary>For a person to look at, where one says to which folder.</summary>
    private static async Task Picture(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("SLIPWAY_SCREENSHOTS") is { Length: > 0 } folder)
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
    }
}
