using System.Text.Json;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Commands.Exchange;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Slipway.EndToEnd.Tests;

/// <summary>What sd-scripts is given, and back again.</summary>
public sealed class ExportTests(FinishedWorkspace finished) : IDisposable
{
    private readonly Workspace _workspace = finished.Copy();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Pictures_captions_and_settings_are_there()
    {
        var notes = await ExportAsync("v03");

        var artifacts = _workspace["artifacts/dataset/1_sail_kun_with_background"];
        var exported = _workspace["out/img/1_sail_kun_with_background"];
        Assert.Equal(6, Directory.GetFiles(exported).Length);
        Assert.All(Directory.GetFiles(artifacts), file => Assert.Equal(File.ReadAllText(file), File.ReadAllText(Path.Combine(exported, Path.GetFileName(file)))));
        var dataset = Text("dataset.toml");
        Assert.Contains($"  image_dir = \"{exported}\"\n  num_repeats = 1\n", dataset, StringComparison.Ordinal);
        Assert.Contains("[[datasets]]\nresolution = 64\nbatch_size = 1\nenable_bucket = false\n", dataset, StringComparison.Ordinal);
        string[] settings =
        [
            $"pretrained_model_name_or_path = \"{_workspace["datasets/tiny-sdxl"]}\"", $"dataset_config = \"{_workspace["out/dataset.toml"]}\"",
            "lr_scheduler = \"cosine_with_restarts\"", "max_train_steps = 2", "learning_rate = 0.004", "network_module = \"networks.lora\"",
            "network_args = [\"conv_dim=4\", \"conv_alpha=16.0\"]", "mixed_precision = \"no\"", "min_snr_gamma = 5", "optimizer_type = \"AdamW\"",
        ];
        Assert.All(settings, line => Assert.Contains(line + "\n", Text("config.toml"), StringComparison.Ordinal));
        Assert.Contains($"--config_file {_workspace["out/config.toml"]}\n", Text("train.sh"), StringComparison.Ordinal);
        Assert.Equal(string.Join('\n', notes) + "\n", Text("notes.txt"));
        Assert.Contains($"sample_prompts = \"{_workspace["out/sample_prompts.txt"]}\"\n", Text("config.toml"), StringComparison.Ordinal);
        Assert.Matches(@"\A.+ --w 64 --h 64 --d \d+ --l [0-9.]+ --s \d+ --ss euler_a\n", Text("sample_prompts.txt"));
        Assert.Contains(notes, note => note.Contains("will not give the same weights", StringComparison.Ordinal));
    }

    /// <summary>Export and Import: the same settings, whatever they are.</summary>
    [Theory]
    [InlineData("{}")]
    [InlineData("{ optimizer_type: Lion, optimizer_args: ['betas=0.9,0.98', 'weight_decay=0.1'], lr_warmup_steps: 0.1, loss_type: huber, huber_c: 0.2, huber_schedule: exponential }")]
    [InlineData("{ adam_beta2: 0.99, adam_eps: 1e-7, weight_decay: 0.05, caption_prefix: 'a \"b\", ', shuffle_caption: true, keep_tokens: 1, caption_dropout_rate: 0.1, max_token_length: 150, gradient_checkpointing: true }")]
    [InlineData("{ network_algo: lokr, factor: 4, dora_wd: true, max_train_steps: null, max_train_epochs: 2, network_train_unet_only: true, multires_noise_iterations: 6, unet_lr: 1e-5 }")]
    [InlineData("{ loraplus_unet_lr_ratio: 16, network_dropout: 0.1, rank_dropout: 0.2, debiased_estimation_loss: true, min_snr_gamma: null, conv_dim: null, conv_alpha: 1, flip_aug: true }")]
    [InlineData("{ block_dims: '1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23', down_lr_weight: cosine, mid_lr_weight: '1,0.5,1', scale_weight_norms: 1, ip_noise_gamma: 0.1, save_every_n_epochs: 1, zero_terminal_snr: true }")]
    [InlineData("{ noise_offset: 0.05, noise_offset_random_strength: true, weighted_captions: true, resize_interpolation: bicubic, sample_every_n_steps: 1 }")]
    public async Task What_is_exported_is_imported_as_it_was(string options)
    {
        _workspace.Edit([("checks", "{}"), .. Pairs(options)]);
        await ExportAsync("v03");

        var values = new[] { ("from", _workspace["out/config.toml"]), ("out", "lora.pipeline.yaml") }.ToLookup(pair => pair.Item1, pair => pair.Item2);
        ImportRun.Run(_workspace.Root, name => [.. values[name]], "again", profile: null, new RecordingSink());

        var plan = Plan.Load(_workspace["lora.pipeline.yaml"]);
        var (before, after) = (plan.Version("v03"), plan.Version("again"));
        Assert.Equal(JsonSerializer.Serialize(before.Training), JsonSerializer.Serialize(after.Training));
        Assert.Equal(before.Subset(before.Datasets[0]) with { Caption = null }, after.Subset(after.Datasets[0]) with { Caption = null });
        Assert.Equal(before.Datasets[0].NumRepeats, after.Datasets[0].NumRepeats);
    }

    [Fact]
    public async Task Several_subsets_keep_what_they_say_of_themselves_and_transparency_is_gone()
    {
        Picture(_workspace["mine/a.png"], 80, 60, alpha: 128);
        Picture(_workspace["class/1_boat/b.png"], 64, 64, alpha: 255);
        File.WriteAllText(_workspace["mine/a.txt"], "sail_kun, a");
        File.WriteAllText(_workspace["class/1_boat/b.txt"], "boat");
        _workspace.Edit(
            ("datasets.mine", "{ source: folder, folder: mine, name: mine, num_repeats: 3, alpha: black, keep_tokens: 1, flip_aug: true, bucket_reso_steps: 32 }"),
            ("datasets.class", "{ source: folder, folder: class, is_reg: true }"),
            ("versions.v03.dataset", "[mine, class]"),
            ("versions.v03.prior_loss_weight", "0.5"));

        await ExportAsync("v03");

        var dataset = Text("dataset.toml");
        Assert.Contains($"enable_bucket = true\nmin_bucket_reso = 32\nmax_bucket_reso = 128\nbucket_reso_steps = 32\nbucket_no_upscale = false\n\n  [[datasets.subsets]]\n  image_dir = \"{_workspace["out/img/3_mine"]}\"\n  num_repeats = 3\n", dataset, StringComparison.Ordinal);
        Assert.Single(System.Text.RegularExpressions.Regex.Matches(dataset, @"^\[\[datasets\]\]$", System.Text.RegularExpressions.RegexOptions.Multiline, TimeSpan.FromSeconds(1)));
        Assert.Contains("  keep_tokens = 1\n", dataset, StringComparison.Ordinal);
        Assert.Contains("  flip_aug = true\n", dataset, StringComparison.Ordinal);
        Assert.Contains($"  image_dir = \"{_workspace["out/reg/1_boat"]}\"\n  num_repeats = 1\n  is_reg = true\n", dataset, StringComparison.Ordinal);
        Assert.Contains("prior_loss_weight = 0.5\n", Text("config.toml"), StringComparison.Ordinal);
        Assert.False(Slipway.Imaging.Pictures.Picture.Load(_workspace["out/img/3_mine/a.png"]).HasAlpha);
        Assert.Equal("sail_kun, a", Text("img/3_mine/a.txt"));
    }

    [Fact]
    public async Task Masks_are_written_beside_and_what_is_ours_alone_is_named()
    {
        _workspace.Edit(("versions.v03.masked_loss", "true"), ("versions.v03.unmasked_weight", "0.1"));

        var notes = await ExportAsync("v03");

        Assert.Contains($"  conditioning_data_dir = \"{_workspace["out/mask/1_sail_kun_with_background"]}\"\n", Text("dataset.toml"), StringComparison.Ordinal);
        Assert.Contains("masked_loss = true\n", Text("config.toml"), StringComparison.Ordinal);
        Assert.Equal((64, 64), (Slipway.Imaging.Pictures.Picture.Load(_workspace["out/mask/1_sail_kun_with_background/000.png"]).Width, Slipway.Imaging.Pictures.Picture.Load(_workspace["out/mask/1_sail_kun_with_background/000.png"]).Height));
        Assert.Contains("`unmasked_weight` (0.1) has no counterpart in sd-scripts.", notes);
    }

    [Fact]
    public async Task A_folder_that_is_there_is_left_alone()
    {
        Directory.CreateDirectory(_workspace["out"]);

        Assert.Contains("is there already", (await Assert.ThrowsAsync<ArgumentException>(() => ExportAsync("v03"))).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_workspace["out"]));
    }

    private async Task<IReadOnlyList<string>> ExportAsync(string version)
    {
        using var pipeline = SlipwayPipeline.Open(_workspace["lora.pipeline.yaml"], new PipelineOptions(), new RecordingSink());
        return await pipeline.ExportAsync(version, _workspace["out"], TestContext.Current.CancellationToken);
    }

    private string Text(string file) => File.ReadAllText(_workspace[$"out/{file}"]);

    private static IEnumerable<(string, string)> Pairs(string options)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(options));
        var root = (YamlMappingNode)stream.Documents[0].RootNode;
        foreach (var (key, value) in root.Children)
            yield return ($"versions.v03.{key}", value is YamlSequenceNode list ? JsonSerializer.Serialize(list.Children.Select(item => $"{item}")) : ((YamlScalarNode)value).Style == ScalarStyle.Plain ? $"{value}" : JsonSerializer.Serialize($"{value}"));
    }

    private static void Picture(string path, int width, int height, byte alpha)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        new Picture(width, height, [.. Enumerable.Range(0, width * height * 4).Select(i => i % 4 == 3 ? alpha : (byte)(i * 7))]).SavePng(path);
    }
}
