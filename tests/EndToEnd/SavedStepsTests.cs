using System.Text.Json;

namespace Slipway.EndToEnd.Tests;

public sealed class SavedStepsTests(FinishedWorkspace finished) : IDisposable
{
    private readonly Workspace _workspace = finished.Copy();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task What_versions_save_by_steps_and_by_epochs_is_drawn_measured_and_shown_under_its_file_s_name()
    {
        _workspace.Edit(
            ("checks.equal_optimizer_steps", "[]"),
            ("versions.v02.save_every_n_steps", "1"),
            ("versions.v03", "{ inherits: v02, dataset: with_background, max_train_steps: null, max_train_epochs: 2, save_every_n_steps: null, save_every_n_epochs: 1 }"),
            ("evaluation.drift_seeds", "1"),
            ("evaluation.seeds", "[11, 12]"));
        var ran = await _workspace.RunAsync();
        Assert.Contains("Steps v02: 1", ran);
        Assert.Contains("Steps v03: 1", ran);
        Assert.DoesNotContain(ran, stage => stage.StartsWith("Steps v01", StringComparison.Ordinal));

        using var evaluation = JsonDocument.Parse(File.ReadAllText(_workspace["artifacts/evaluation.json"]));
        var steps = evaluation.RootElement.GetProperty("steps");
        Assert.Equal(["v02", "v03"], steps.EnumerateObject().Select(version => version.Name));
        // The three backgrounds are an epoch of three steps.
        Assert.Equal(["1", "3"], steps.EnumerateObject().SelectMany(version => version.Value.EnumerateObject()).Select(step => step.Name));
        var figures = steps.GetProperty("v03").GetProperty("3");
        Assert.Equal(1, figures.GetProperty("pictures").GetInt32());
        Assert.All(new[] { "leakage", "drift", "memorised" }, measure => Assert.Equal(JsonValueKind.Number, figures.GetProperty(measure).ValueKind));

        using var report = JsonDocument.Parse(File.ReadAllText(_workspace["artifacts/report/report.json"]));
        var shown = report.RootElement.GetProperty("versions").EnumerateArray().Where(version => version.TryGetProperty("steps", out _)).SelectMany(version => version.GetProperty("steps").EnumerateArray()).ToArray();
        Assert.Equal(["lora/sail_kun_v02_saves/sail_kun_v02-step00000001.safetensors", "lora/sail_kun_v03_saves/sail_kun_v03-000001.safetensors"], shown.Select(step => step.GetProperty("lora").GetString()));
        Assert.All(shown, step => Assert.True(File.Exists(_workspace[$"artifacts/{step.GetProperty("lora").GetString()}"])));
        Assert.All(shown, step => Assert.Equal(
            File.ReadAllBytes(_workspace[$"artifacts/steps/{(step.GetProperty("step").GetInt32() == 1 ? "v02-step00000001" : "v03-000001")}/beach_11.png"]),
            File.ReadAllBytes(_workspace[$"artifacts/report/{step.GetProperty("pictures")[0].GetProperty("file").GetString()}"])));
        Assert.Empty(await _workspace.RunAsync());

        _workspace.Edit(("evaluation.saved_steps", "false"));
        Assert.Equal(["Evaluate: 1", "Report: 1"], await _workspace.RunAsync());
    }
}
