namespace Slipway.EndToEnd.Tests;

/// <summary>The plan's folder is the workspace, wherever the user stands; and it may hold several plans.</summary>
public sealed class PlanFolderTests(FinishedWorkspace finished) : IDisposable
{
    private readonly Workspace _workspace = finished.Copy();
    private readonly TemporaryFolder _elsewhere = new();

    public void Dispose()
    {
        _workspace.Dispose();
        _elsewhere.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_plan_is_run_in_its_folder_from_anywhere(bool isRelative)
    {
        var plan = _workspace["lora.pipeline.yaml"];
        var before = _workspace.Outputs();

        var result = await HostProgram.RunAsync(_elsewhere.Path, "--target=Composite", $"--config={(isRelative ? Path.GetRelativePath(_elsewhere.Path, plan) : plan)}");

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Contains("Everything is up to date; reused: Backgrounds 3, Composites 4.", result.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_elsewhere.Path));
        Assert.Equal(before, _workspace.Outputs());
    }

    [Fact]
    public async Task What_options_name_lies_where_the_user_stands()
    {
        var plan = $"--config={_workspace["lora.pipeline.yaml"]}";
        File.Copy(_workspace.Lora("v01"), _elsewhere["mine.safetensors"]);

        var merged = await HostProgram.RunAsync(_elsewhere.Path, "--target=Merge", plan, "--lora=mine.safetensors:0.5", "--lora=sail_kun_v03:0.5", "--out=sum/merged.safetensors");
        Assert.Equal((0, ""), (merged.Code, merged.Error));
        var drawn = await HostProgram.RunAsync(_elsewhere.Path, "--target=Sample", plan, "--prompt=beach", "--lora=sum/merged.safetensors", "--steps=1", "--out=x.png");
        Assert.Equal((0, ""), (drawn.Code, drawn.Error));
        var exported = await HostProgram.RunAsync(_elsewhere.Path, "--target=Export", plan, "--version=v01", "--out=export");
        Assert.Equal((0, ""), (exported.Code, exported.Error));
        File.Copy(Path.Combine(Repository.Root, "lora.pipeline.yaml"), _elsewhere["other.yaml"]);
        var imported = await HostProgram.RunAsync(_elsewhere.Path, "--target=Import", plan, "--from=export/config.toml", "--version=again", "--out=other.yaml");
        Assert.Equal((0, ""), (imported.Code, imported.Error));

        Assert.Equal(["export", "mine.safetensors", "other.yaml", "sum", "x.png"], Directory.GetFileSystemEntries(_elsewhere.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("again:", File.ReadAllText(_elsewhere["other.yaml"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_plans_of_a_folder_leave_each_others_outputs_and_lock_files()
    {
        var first = _workspace.Outputs();
        var lockFile = File.ReadAllText(_workspace["lora.pipeline.lock.yaml"]);
        File.WriteAllText(_workspace["cat.yaml"], _workspace.PlanText.Replace("name: sail_kun", "name: cat", StringComparison.Ordinal));

        var second = await HostProgram.RunAsync(_workspace.Root, "--target=Train-v01", "--config=cat.yaml");

        Assert.Equal((0, ""), (second.Code, second.Error));
        Assert.Contains("Backgrounds                          0       3", second.Output, StringComparison.Ordinal); // what is alike is shared
        Assert.Contains("Train         v01                    1       0", second.Output, StringComparison.Ordinal);
        var outputs = _workspace.Outputs();
        Assert.Equal(first, outputs.Where(output => first.ContainsKey(output.Key)));
        var others = outputs.Keys.Where(path => !first.ContainsKey(path)).ToArray();
        Assert.Contains("artifacts/cat/lora/cat_v01.safetensors", others);
        Assert.All(others, path => Assert.StartsWith("artifacts/cat/", path, StringComparison.Ordinal));
        Assert.Equal(lockFile, File.ReadAllText(_workspace["lora.pipeline.lock.yaml"]));
        Assert.Contains("Train v01:", File.ReadAllText(_workspace["cat.lock.yaml"]), StringComparison.Ordinal);

        Assert.Empty(await _workspace.RunAsync());
        Assert.Equal(0, (await HostProgram.RunAsync(_workspace.Root, "--target=Clean", "--config=cat.yaml")).Code);
        Assert.Equal(first, _workspace.Outputs());
    }

    [Fact]
    public async Task An_output_of_another_plan_is_not_replaced()
    {
        var text = _workspace.PlanText;
        File.WriteAllText(_workspace["cat.yaml"], "artifacts: artifacts\n" + text);
        // What is alike may lie there for both.
        Assert.Equal(0, (await HostProgram.RunAsync(_workspace.Root, "--config=cat.yaml")).Code);

        File.WriteAllText(_workspace["cat.yaml"], TinyPlan.With("artifacts: artifacts\n" + text, ("versions.v03.learning_rate", "0.01"), ("backgrounds.seed", "77")));
        var first = _workspace.Outputs();
        var refused = await HostProgram.RunAsync(_workspace.Root, "--target=Train", "--config=cat.yaml");

        Assert.Equal(2, refused.Code);
        Assert.Equal(
            "Error: artifacts/backgrounds/000.png and 11 more: an output of lora.pipeline.yaml lies there, and cat.yaml would put another in its place; give one of the plans another folder (`artifacts: FOLDER`).",
            refused.Error.Trim());
        Assert.Equal(first, _workspace.Outputs());

        // A plan that is there no longer holds nothing.
        File.Move(_workspace["lora.pipeline.yaml"], _workspace["old.txt"]);
        Assert.Equal(0, (await HostProgram.RunAsync(_workspace.Root, "--target=Backgrounds", "--config=cat.yaml")).Code);
    }

    [Fact]
    public async Task Outputs_go_where_the_plan_says()
    {
        _workspace.PlanText = $"artifacts: out/boats/\n{_workspace.PlanText}";
        Assert.Empty(await _workspace.RunAsync());
        Assert.True(File.Exists(_workspace["out/boats/lora/sail_kun_v03.safetensors"]));
        Assert.True(File.Exists(_workspace["out/boats/grids/versions.png"]));
        Assert.False(Directory.Exists(_workspace["artifacts"]));
    }
}
