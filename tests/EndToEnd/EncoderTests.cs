using System.Text.Json;

namespace Slipway.EndToEnd.Tests;

/// <summary>With an encoder whose embedding is the mean colour of what it sees.</summary>
public sealed class EncoderTests(FinishedWorkspace finished) : IDisposable
{
    private const string Configuration = "models/encoder/preprocessor_config.json";
    private readonly Workspace _workspace = finished.Copy();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task What_an_encoder_says_of_the_pictures_is_measured_beside_the_pixels_and_the_report_goes_by_it()
    {
        OnnxEncoder.Write(_workspace["models/encoder/onnx/model.onnx"], 32, "last_hidden_state", "image_embeds");
        File.WriteAllText(_workspace[Configuration], """{ "size": { "shortest_edge": 40 }, "do_center_crop": true, "crop_size": { "height": 32, "width": 32 }, "image_mean": [0, 0, 0], "image_std": [1, 1, 1] }""");
        _workspace.Edit(("evaluation.drift_seeds", "1"), ("evaluation.seeds", "[11, 12]"));
        await _workspace.RunAsync();
        var pixels = Evaluation();
        Assert.DoesNotContain("embedding", pixels, StringComparison.Ordinal);

        _workspace.Edit(("evaluation.encoder", "{ model: models/encoder/onnx/model.onnx }"));
        Assert.Equal(["Evaluate: 1", "Report: 1"], await _workspace.RunAsync());

        using var evaluation = JsonDocument.Parse(Evaluation());
        var versions = evaluation.RootElement.GetProperty("versions").EnumerateObject().ToArray();
        Assert.All(versions, version => Assert.Equal(["mascot_similarity", "drift", "diversity"], version.Value.GetProperty("embedding").EnumerateObject().Where(figure => figure.Value.ValueKind == JsonValueKind.Number).Select(figure => figure.Name)));
        Assert.Equal(0, versions[0].Value.GetProperty("embedding").GetProperty("drift").GetDouble());
        // Colours in which no channel is below zero are never at more than a right angle.
        Assert.All(versions, version => Assert.InRange(version.Value.GetProperty("embedding").GetProperty("mascot_similarity").GetDouble(), 0.5, 1));
        Assert.True(evaluation.RootElement.GetProperty("intervals").GetProperty("v01").TryGetProperty("embedding.mascot_similarity", out _));
        using var report = JsonDocument.Parse(File.ReadAllText(_workspace["artifacts/report/report.json"]));
        Assert.Equal("embedding.drift", report.RootElement.GetProperty("choice").GetProperty("harm").GetString());

        // Its file and its settings are in the key; what they only say again is too, and gives the same.
        var before = Evaluation();
        _workspace.Edit(("evaluation.encoder.resample", "bilinear"));
        Assert.Equal("Evaluate: 1", (await _workspace.RunAsync())[0]);
        File.WriteAllText(_workspace[Configuration], File.ReadAllText(_workspace[Configuration]).Replace("[0, 0, 0]", "[0.5, 0.5, 0.5]", StringComparison.Ordinal));
        Assert.Equal("Evaluate: 1", (await _workspace.RunAsync())[0]);
        Assert.NotEqual(before, Evaluation());
        OnnxEncoder.Write(_workspace["models/encoder/onnx/model.onnx"], 32, "image_embeds");
        Assert.Equal("Evaluate: 1", (await _workspace.RunAsync())[0]);
    }

    private string Evaluation() => File.ReadAllText(_workspace["artifacts/evaluation.json"]);
}
