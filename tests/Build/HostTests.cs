using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Slipway.Testing.Snapshots;

namespace Slipway.Build.Tests;

[Trait("Tier", "slow")]
public sealed partial class HostTests : IDisposable
{
    private readonly Host _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Without_a_plan_it_says_how_to_name_one()
    {
        var (code, _, error) = await _host.RunAsync("--target=Status");

        Assert.Equal(2, code);
        Assert.Equal($"Error: The plan {_host["lora.pipeline.yaml"]} does not exist; name one with --config=FILE.", LastLine(error));
    }

    [Fact]
    public async Task A_bad_plan_is_named_with_line_and_column()
    {
        _host.Furnished();
        var text = await File.ReadAllTextAsync(_host["lora.pipeline.yaml"], TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_host["lora.pipeline.yaml"], $"nmae: boat\n{text}", TestContext.Current.CancellationToken);

        var (code, _, error) = await _host.RunAsync("--target=Status");

        Assert.Equal(2, code);
        Assert.Equal("Error: lora.pipeline.yaml:1:1: `nmae` is not a known key; did you mean `name`?", LastLine(error));
    }

    [Fact]
    public async Task A_version_that_is_not_there_is_refused()
    {
        var (code, _, error) = await _host.Furnished().RunAsync("--target=Train", "--exclusive", "--version=v09");

        Assert.Equal(2, code);
        Assert.StartsWith("Error: There is no version `v09`; ", LastLine(error), StringComparison.Ordinal);
    }

    /// <summary>Its target is one of the plan's, whatever the profile: what it needs is not made for nothing.</summary>
    [Theory]
    [InlineData("--target=Train-early_stopping", "a version")]
    [InlineData("--target=Train-MERGED", "an ensemble")]
    [InlineData("--target=Evaluate --target=Train-early_stopping", "a version")]
    public async Task What_only_another_profile_has_is_refused_before_anything_runs(string args, string what)
    {
        var (code, _, error) = await _host.Furnished().RunAsync(args.Split(' '));

        Assert.Equal(2, code);
        Assert.Matches($"^Error: `(early_stopping|merged)` is {what} of the profile `remedies`, and not of `tiny`: give --profile=remedies\\.$", LastLine(error));
        Assert.False(Directory.Exists(_host["artifacts"]));
    }

    [Fact]
    public async Task Status_says_what_would_run_and_makes_nothing()
    {
        var (code, output, _) = await _host.Furnished().RunAsync("--target=Status");

        Assert.Equal(0, code);
        Assert.Contains("Train v03: 1 would run, 0 reused", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_host["artifacts"]));
    }

    /// <summary>In a folder that holds a sprite and nothing else.</summary>
    [Fact]
    public async Task A_starter_plan_is_written_once_and_runs()
    {
        File.Copy(Path.Combine(Repository.Root, "datasets", "sail_kun", "sail_kun.png"), _host["cat.png"]);

        var first = await _host.RunAsync("--target=Init", "--name=cat", "--sprite=cat.png");
        var text = await File.ReadAllTextAsync(_host["lora.pipeline.yaml"], TestContext.Current.CancellationToken);
        var status = await _host.RunAsync("--target=Status");
        var second = await _host.RunAsync("--target=Init", "--name=dog", "--sprite=cat.png");

        Assert.Equal((0, 0, 2), (first.Code, status.Code, second.Code));
        Assert.Contains("lora.pipeline.yaml: a plan for cat.", first.Output, StringComparison.Ordinal);
        Assert.Contains("Train v01: 1 would run, 0 reused", status.Output, StringComparison.Ordinal);
        Assert.Contains("exists, and stays as it is", second.Error, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(_host["lora.pipeline.yaml"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Status_is_one_document_for_machines()
    {
        var (code, output, error) = await _host.Furnished().RunAsync("--target=Status", "--json");

        Assert.Equal((0, ""), (code, error));
        using var document = JsonDocument.Parse(output);
        Assert.Equal(("lora.pipeline.yaml", "tiny", 0), (Text("plan"), Text("profile"), document.RootElement.GetProperty("edited").GetArrayLength()));
        var stages = document.RootElement.GetProperty("stages").EnumerateArray().ToDictionary(stage => $"{stage.GetProperty("stage")} {stage.GetProperty("version")}".Trim(), stage => stage.GetRawText());
        Assert.Equal(["Backgrounds", "Composites white", "Composites", "Tags", "Train v01", "Train v02", "Train v03", "Samples base", "Drift base", "Samples v01", "Drift v01", "Samples v02", "Drift v02", "Samples v03", "Drift v03", "Evaluate", "Report"], stages.Keys);
        using var backgrounds = JsonDocument.Parse(stages["Backgrounds"]);
        Assert.Equal(
            """{"stage":"Backgrounds","version":null,"would_run":100,"reused":0,"remote":0,"seconds":null,"reasons":[{"note":"has not run before","count":100}]}""",
            JsonSerializer.Serialize(backgrounds.RootElement));

        string? Text(string name) => document.RootElement.GetProperty(name).GetString();
    }

    [Fact]
    public async Task Measures_are_one_document_for_machines_and_errors_stand_elsewhere()
    {
        var (code, output, _) = await _host.Furnished().RunAsync("--target=Measure", "--input=datasets/sail_kun/sail_kun.png", "--json");
        var (bad, nothing, error) = await _host.RunAsync("--target=Measure", "--input=nowhere", "--json");

        Assert.Equal((0, 2, ""), (code, bad, nothing));
        using var document = JsonDocument.Parse(output);
        Assert.Equal("sail_kun.png", document.RootElement.GetProperty("pictures")[0].GetProperty("file").GetString());
        Assert.Equal(JsonValueKind.Number, document.RootElement.GetProperty("all").GetProperty("mascot_presence").ValueKind);
        Assert.Equal("Error: --input: 'nowhere' does not exist; expected a picture, or a folder with pictures.", LastLine(error));
    }

    /// <summary>Even what runs before it, and Cake's own words.</summary>
    [Fact]
    public async Task Nothing_stands_beside_the_document()
    {
        var (code, output, error) = await _host.Furnished().RunAsync("--target=Clean", "--target=Status", "--json=true", "--verbosity=diagnostic");

        Assert.Equal(0, code);
        using var document = JsonDocument.Parse(output);
        Assert.Contains("0 files deleted; the cache stays.", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tree_shows_what_depends_on_what()
    {
        var (code, output, _) = await _host.Furnished().RunAsync("--tree");

        Assert.Equal(0, code);
        Snapshot.Match(output);
    }

    [Fact]
    public async Task Description_says_what_each_target_does()
    {
        var (code, output, _) = await _host.Furnished().RunAsync("--description");

        Assert.Equal(0, code);
        Snapshot.Match(output);
    }

    /// <summary>The README's table names all targets but <c>Default</c>, which nobody types, and the versions' by example.</summary>
    [Fact]
    public async Task The_readme_lists_the_targets_that_there_are()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md"), TestContext.Current.CancellationToken);
        var table = readme.Split("\n| target | |\n|---|---|\n")[1].Split("\n\n")[0];
        var listed = table.Split('\n').SelectMany(row => Word().Matches(row.Split('|')[1])).Select(match => match.Groups["name"].Value);

        var (_, output, _) = await _host.Furnished().RunAsync("--description");

        var known = Target().Matches(output).Select(match => match.Groups["name"].Value)
            .Where(name => name is not ("Task" or "Default") && !name.StartsWith("Train-", StringComparison.Ordinal));
        Assert.Equal(known.Order(StringComparer.Ordinal), listed.Where(name => !name.StartsWith("Train-", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_signal_stops_it_cleanly(string signal, int expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        using var process = _host.Furnished().Start("--target=Backgrounds");
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith("Backgrounds: ", StringComparison.Ordinal))
                break;
        }

        using (var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        var rest = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await rest;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(expected, process.ExitCode);
        Assert.Empty(Directory.Exists(_host[".slipway/work"]) ? Directory.GetDirectories(_host[".slipway/work"]).SelectMany(stage => Directory.GetFileSystemEntries(stage)) : []);
    }

    [GeneratedRegex("`(?<name>[A-Za-z0-9-]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();

    [GeneratedRegex("^ {1,2}(?<name>[A-Za-z0-9-]+) ", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Target();

    private static string LastLine(string text) => text.TrimEnd().Split('\n')[^1];
}
