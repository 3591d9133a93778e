using YamlDotNet.RepresentationModel;

namespace Slipway.EndToEnd.Tests;

/// <summary>The target that runs at night, in a process of its own, as a workflow or a timer starts it.</summary>
public sealed class NightlyTests(FinishedWorkspace finished) : IDisposable
{
    private readonly Workspace _workspace = finished.Copy();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Tells_the_users_command_and_the_summary_of_the_host()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The command of this test is of Unix' shell.");
        _workspace.Edit(("evaluation.seeds", "[12]"));
        await File.WriteAllTextAsync(_workspace["summary.md"], "Before.\n", TestContext.Current.CancellationToken);

        var night = await HostProgram.ResultAsync(HostProgram.Start(
            "env", _workspace.Root, [$"GITHUB_STEP_SUMMARY={_workspace["summary.md"]}", "dotnet", HostProgram.Path, "--target=Nightly", "--notify=printf '%s|' > told"]));

        Assert.Equal((0, ""), (night.Code, night.Error));
        var report = await File.ReadAllTextAsync(_workspace["artifacts/nightly.md"], TestContext.Current.CancellationToken);
        Assert.Contains("- Samples v03: 1 ran, 0 reused, ", report, StringComparison.Ordinal);
        Assert.Equal($"Before.\n{report}", await File.ReadAllTextAsync(_workspace["summary.md"], TestContext.Current.CancellationToken));
        Assert.Equal($"0|{_workspace["artifacts/nightly.md"]}|", await File.ReadAllTextAsync(_workspace["told"], TestContext.Current.CancellationToken));
        Assert.EndsWith("all is as it should be: artifacts/nightly.md\n", night.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_that_cannot_be_read_ends_with_2_and_a_report_all_the_same()
    {
        _workspace.PlanText = $"nmae: boat\n{_workspace.PlanText}";
        var night = await HostProgram.RunAsync(_workspace.Root, "--target=Nightly", "--notify=false");
        Assert.Equal(2, night.Code);
        Assert.Equal("Error: lora.pipeline.yaml:1:1: `nmae` is not a known key; did you mean `name`?", night.Error.Trim());
        Assert.Contains("`nmae` is not a known key", await File.ReadAllTextAsync(_workspace["artifacts/nightly.md"], TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    /// <summary>The commands of a workflow, in its order, in a folder that has nothing but the plan and its data.</summary>
    [Theory]
    [InlineData("nightly.yml")]
    public async Task The_commands_of_the_workflow_do_what_it_says(string workflow)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The workflow's shell is of Unix.");
        using var clone = Workspace.New();
        clone.Edit(("backgrounds.count", "1"), ("versions.v01.max_train_steps", "1"));
        await File.WriteAllTextAsync(clone["build.sh"], $"#!/bin/sh\nexec dotnet '{HostProgram.Path}' \"$@\"\n", TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(clone["build.sh"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var commands = Steps(workflow).Select(step => Value(step, "run")).OfType<string>().ToList();
        Assert.Equal(2, commands.Count);
        foreach (var command in commands)
        {
            var run = await HostProgram.ResultAsync(HostProgram.Start("bash", clone.Root, ["-e", "-c", command]));
            Assert.Equal((0, ""), (run.Code, run.Error));
        }

        foreach (var path in Steps(workflow).Where(step => Value(step, "uses")?.StartsWith("actions/cache/", StringComparison.Ordinal) == true).SelectMany(step => Value((YamlMappingNode)step["with"], "path")!.Split('\n', StringSplitOptions.RemoveEmptyEntries)))
            Assert.True(Directory.Exists(clone[path]), path);
        Assert.True(File.Exists(clone["artifacts/nightly.md"]));
        Assert.NotEmpty(Directory.GetFiles(clone[".slipway/nights"], "*.jsonl"));
    }

    /// <summary>The workflow of every change runs the tests as the README does.</summary>
    [Fact]
    public void The_workflow_of_changes_runs_what_is_there()
    {
        var commands = Steps("ci.yml").Select(step => Value(step, "run")).OfType<string>().ToList();
        Assert.Equal(["bash .ci/run"], commands);
        Assert.True(File.Exists(Path.Combine(Repository.Root, ".ci", "run")));
    }

    private static IEnumerable<YamlMappingNode> Steps(string workflow)
    {
        using var reader = new StreamReader(Path.Combine(Repository.Root, ".github", "workflows", workflow));
        var stream = new YamlStream();
        stream.Load(reader);
        var jobs = (YamlMappingNode)stream.Documents[0].RootNode["jobs"];
        return jobs.Children.Values.SelectMany(job => (YamlSequenceNode)job["steps"]).Cast<YamlMappingNode>();
    }

    private static string? Value(YamlMappingNode step, string key) => step.Children.TryGetValue(key, out var value) ? ((YamlScalarNode)value).Value : null;
}
