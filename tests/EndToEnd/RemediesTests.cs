using System.Text.Json;

namespace Slipway.EndToEnd.Tests;

public sealed class RemediesTests(FinishedWorkspace finished) : IDisposable
{
    private readonly Workspace _workspace = finished.Copy();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Class_pictures_are_drawn_by_the_base_model_each_by_itself_and_learned_with_their_prompts()
    {
        var before = _workspace.Outputs()[Path.Combine("artifacts", "lora", "sail_kun_v01.safetensors")];
        _workspace.Edit(
            ("regularisation", "{ count: 2, seed: 7, steps: 2, prompts: { beach: \"boat, beach\", forest: \"boat, forest\" } }"),
            ("datasets.class", "{ source: regularisation }"),
            ("versions.v01.dataset", "[white, class]"),
            ("versions.v02.dataset", "white"));
        Assert.Equal(["Regularisation class: 2", "Train v01: 1"], await _workspace.RunAsync(PipelineStage.Training, "v01"));

        Assert.Equal(["boat, beach", "boat, forest"], new[] { "000", "001" }.Select(name => File.ReadAllText(_workspace[$"artifacts/regularisation/1_sail_kun_class/{name}.txt"])));
        Assert.NotEqual(before, _workspace.Outputs()[Path.Combine("artifacts", "lora", "sail_kun_v01.safetensors")]);

        _workspace.Edit(("regularisation.count", "3"));
        Assert.Equal(["Regularisation class: 1", "Train v01: 1"], await _workspace.RunAsync(PipelineStage.Training, "v01"));
        Assert.Equal("boat, beach", File.ReadAllText(_workspace["artifacts/regularisation/1_sail_kun_class/002.txt"]));
    }

    /// <summary>0.25 and 0.75 of the same change are that change: v02 differs from v01 in its schedule alone, which is made the same here.</summary>
    [Fact]
    public async Task An_ensemble_is_made_sampled_measured_and_kept()
    {
        _workspace.Edit(
            ("validation", "{ count: 2 }"),
            ("versions.v01.validate_every_n_steps", "2"),
            ("versions.v02.lr_scheduler", "constant"),
            ("versions.v02.lr_warmup_steps", "0"),
            ("ensembles.merged", "{ of: [v01, v02], ratios: [0.25, 0.75], rank: 4 }"),
            ("evaluation.table", "remedies"));
        var ran = await _workspace.RunAsync();
        Assert.Contains("Ensemble merged: 1", ran);
        Assert.Contains("Samples merged: 1", ran);

        Assert.Equal(Figure("v01", "val"), Figure("merged", "val"), 1e-5); // of float32 sums in another order
        using var versions = JsonDocument.Parse(File.ReadAllText(_workspace["artifacts/evaluation.json"]));
        Assert.Equal(["base", "v01", "v02", "v03", "merged"], versions.RootElement.GetProperty("versions").EnumerateObject().Select(version => version.Name));
        var table = File.ReadAllLines(_workspace["artifacts/remedies.md"]);
        Assert.Equal(["version", "-------", "base", "v01", "v02", "v03", "merged"], table.Select(row => row.Split('|')[1].Trim()));
        Assert.Equal(File.ReadAllBytes(_workspace["artifacts/grids/versions.png"]), File.ReadAllBytes(_workspace["artifacts/grids/remedies.png"])); // one background, so that few are all
        Assert.Empty(await _workspace.RunAsync());

        _workspace.Edit(("ensembles.merged.ratios", "[0.5, 0.1]"));
        Assert.Equal(["Ensemble merged: 1", "Samples merged: 1", "Evaluate: 1", "Report: 1"], await _workspace.RunAsync());
        Assert.NotEqual(Figure("v01", "val"), Figure("merged", "val"));
    }

    private double Figure(string version, string name)
    {
        using var measured = JsonDocument.Parse(File.ReadAllText(_workspace[$"artifacts/logs/{version}/validation.json"]));
        return measured.RootElement.GetProperty(name).GetDouble();
    }
}
