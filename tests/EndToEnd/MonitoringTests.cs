using System.Text.Json;
using Slipway.Diffusion.Files;
using Slipway.Imaging.Pictures;

namespace Slipway.EndToEnd.Tests;

public sealed class MonitoringTests(FinishedWorkspace finished) : IDisposable
{
    private readonly Workspace _workspace = finished.Copy();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task A_watched_version_learns_the_same_and_others_are_left_alone()
    {
        var before = Weights("v01");
        Watch("v01");

        Assert.Equal(["Backgrounds validation: 2", "Composites validation: 2", "Tags validation: 2", "Train v01: 1"], await _workspace.RunAsync(PipelineStage.Training));

        Assert.Equal(before, Weights("v01"));
        var header = File.ReadLines(_workspace["artifacts/logs/v01/metrics.csv"]).ToArray();
        Assert.EndsWith(",loss/val,loss/val_subject,loss/val_background", header[0], StringComparison.Ordinal);
        Assert.Equal(TinyPlan.TrainingSteps, header.Skip(1).Count(line => !line.EndsWith(",,,", StringComparison.Ordinal)));
        Assert.DoesNotContain("loss/val", File.ReadLines(_workspace["artifacts/logs/v02/metrics.csv"]).First(), StringComparison.Ordinal);
    }

    /// <summary>A training that gets worse at its second step keeps the first one's weights: those of a training of one step.</summary>
    [Fact]
    public async Task The_best_step_is_what_is_kept()
    {
        Watch("v03", ("versions.v03.lr_scheduler", "constant"), ("versions.v03.lr_warmup_steps", "0"), ("versions.v03.max_train_steps", "9"), ("versions.v03.learning_rate", "1"),
            ("versions.v03.unet_lr", "1"), ("versions.v03.text_encoder_lr", "1"), ("versions.v03.early_stopping", "{ patience: 1 }"), ("checks.equal_optimizer_steps", "[v01, v02]"));
        var sink = new RecordingSink();
        await _workspace.RunAsync(PipelineStage.Training, "v03", sink: sink);

        using var measured = JsonDocument.Parse(File.ReadAllText(_workspace["artifacts/logs/v03/validation.json"]));
        var (steps, kept) = (measured.RootElement.GetProperty("steps").GetInt32(), measured.RootElement.GetProperty("kept_step").GetInt32());
        Assert.Equal(kept + 1, steps);
        Assert.InRange(steps, 2, 8);
        Assert.Contains(sink.Lines, line => line.StartsWith($"Train v03: ended after step {steps}; ★ step {kept}, loss/val ", StringComparison.Ordinal));
        using (var lora = SafetensorsFile.Open(_workspace.Lora("v03")))
            Assert.Equal(($"{kept}", "9"), (lora.Metadata["ss_steps"], lora.Metadata["ss_max_train_steps"]));
        var stopped = Weights("v03");
        _workspace.Edit(("versions.v03.early_stopping", "null"), ("versions.v03.max_train_steps", $"{kept}"));
        await _workspace.RunAsync(PipelineStage.Training, "v03");
        Assert.Equal(stopped, Weights("v03"));
    }

    /// <summary>The pictures of the last step are the evaluation's; those before the first step are the base model's.</summary>
    [Fact]
    public async Task Samples_are_drawn_as_the_evaluation_draws_them()
    {
        var before = Weights("v01");
        _workspace.Edit(("versions.v01.sample_every_n_steps", "1"));
        await _workspace.RunAsync();

        Assert.Equal(
            ["000000_beach_11.png", "000001_beach_11.png", "000002_beach_11.png"],
            Directory.GetFiles(_workspace["artifacts/logs/v01/samples"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(before, Weights("v01"));
        Assert.Equal(Pixels("samples/base/beach_11.png"), Pixels("logs/v01/samples/000000_beach_11.png"));
        Assert.Equal(Pixels("samples/v01/beach_11.png"), Pixels("logs/v01/samples/000002_beach_11.png"));
        Assert.NotEqual(Pixels("samples/v01/beach_11.png"), Pixels("logs/v01/samples/000000_beach_11.png"));
        var events = File.ReadAllBytes(_workspace["artifacts/logs/v01/events.out.tfevents.0.slipway"]);
        Assert.All(Directory.GetFiles(_workspace["artifacts/logs/v01/samples"]), picture => Assert.True(events.AsSpan().IndexOf(File.ReadAllBytes(picture)) > 0, picture));
    }

    [Fact]
    public async Task Samples_tell_of_the_plans_autoencoder_and_clip_skip_as_the_evaluations_do()
    {
        _workspace.Edit(("vae", "datasets/tiny-sdxl/vae/diffusion_pytorch_model.safetensors"), ("clip_skip", "1"), ("versions.v01.sample_every_n_steps", "2"));
        await _workspace.RunAsync();

        string[] told = ["VAE hash: ", "VAE: diffusion_pytorch_model.safetensors, ", "Clip skip: 1, "];
        Assert.All(told, text => Assert.Contains(text, Infotext("samples/v01/beach_11.png"), StringComparison.Ordinal));
        Assert.All(told, text => Assert.Contains(text, Infotext("logs/v01/samples/000002_beach_11.png"), StringComparison.Ordinal));
        Assert.Equal(Pixels("samples/v01/beach_11.png"), Pixels("logs/v01/samples/000002_beach_11.png"));
    }

    /// <summary>Figures, events with their pictures, samples and the LoRA: all of it, also of a training that was cancelled on its way.</summary>
    [Fact]
    public async Task A_watched_version_that_is_interrupted_or_reproduced_gives_the_same_files()
    {
        Watch("v01", ("versions.v01.sample_every_n_steps", "1"), ("versions.v02.sample_every_n_steps", "null"), ("versions.v01.early_stopping", "{ patience: 9 }"), ("versions.v02.early_stopping", "null"));
        using var other = _workspace.Copy();
        await _workspace.RunAsync(PipelineStage.Training, "v01");

        using var sink = new RecordingSink { CancelAt = ("Train v01", 1) };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => other.RunAsync(PipelineStage.Training, "v01", sink: sink));
        await other.RunAsync(PipelineStage.Training, "v01");
        Assert.Equal(_workspace.Outputs(), other.Outputs());

        using var pipeline = SlipwayPipeline.Open(_workspace["lora.pipeline.yaml"], new PipelineOptions(), new RecordingSink());
        Assert.Null(await pipeline.ReproduceAsync("v01", TestContext.Current.CancellationToken));
    }

    /// <summary>The user's folder holds a copy of a validation picture.</summary>
    [Fact]
    public async Task A_picture_on_both_sides_is_refused()
    {
        Watch("v01");
        await _workspace.RunAsync(PipelineStage.Training, "v01");
        Directory.CreateDirectory(_workspace["photos"]);
        File.Copy(_workspace["artifacts/validation/composites/001.png"], _workspace["photos/mine.png"]);
        File.WriteAllText(_workspace["photos/mine.txt"], "sail_kun");
        _workspace.Edit(("datasets.photos", "{ source: folder, folder: photos }"), ("versions.v01.dataset", "photos"));

        var exception = await Assert.ThrowsAsync<InvalidDataException>(() => _workspace.RunAsync(PipelineStage.Training, "v01"));
        Assert.StartsWith("Validation overlaps the training: artifacts/validation/composites/001.png is learned from too", exception.Message, StringComparison.Ordinal);
    }

    private void Watch(string version, params (string Path, string Value)[] changes) =>
        _workspace.Edit([("validation", "{ count: 2 }"), ($"versions.{version}.validate_every_n_steps", "1"), .. version == "v01" ? [("versions.v02.validate_every_n_steps", "null")] : Array.Empty<(string, string)>(), .. changes]);

    // The hash of the tensors alone: metadata names the fingerprint, which is another.
    private string Weights(string version)
    {
        using var file = SafetensorsFile.Open(_workspace.Lora(version));
        return file.Metadata["sshs_model_hash"];
    }

    private string Infotext(string path) => PictureText.Load(_workspace[$"artifacts/{path}"])!;

    private byte[] Pixels(string path) => Picture.Load(_workspace[$"artifacts/{path}"]).Pixels;
}
