using Slipway.Pipeline.Commands.Exchange;

namespace Slipway.Pipeline.Tests.Commands.Exchange;

/// <summary>What the pages of other tools keep, which is not quite what they start sd-scripts with.</summary>
public sealed class PresetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Lines _lines = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Widgets of another kind of noise and of network count for nothing, 0 and empty texts neither, and rates are the widgets'.</summary>
    [Fact]
    public void A_preset_of_kohya_ss_becomes_a_version()
    {
        _folder.Write("preset.json", """
            {
              "LoRA_type": "Kohya LoCon", "sdxl": true, "network_dim": 24, "network_alpha": 12, "conv_dim": 8, "conv_alpha": 4, "factor": 6, "learning_rate": 0.0002, "unet_lr": 0.0002,
              "text_encoder_lr": 5e-05, "epoch": 4, "max_train_steps": "240", "max_train_epochs": "", "lr_warmup": 10, "lr_scheduler": "cosine", "optimizer": "AdamW",
              "optimizer_args": "weight_decay=0.1 betas=0.9,0.99", "noise_offset_type": "Multires", "noise_offset": 0.05, "multires_noise_iterations": 5, "multires_noise_discount": 0.1,
              "max_resolution": "1024,1024", "train_batch_size": 2, "keep_tokens": "0", "shuffle_caption": true, "max_token_length": "75", "min_snr_gamma": 4, "seed": "7", "min_timestep": 0,
              "max_timestep": 1000, "train_data_dir": "D:/img", "caption_extension": ".txt", "gpu_ids": "", "num_processes": 1, "xformers": "xformers", "debiased_estimation_loss": false, "max_grad_norm": 1
            }
            """);

        var version = SdScriptsImport.Convert(KohyaGuiPreset.Read(File.ReadAllText(_folder["preset.json"]), "preset.json"), null, "v");

        Assert.Equal(
            ("24", "8", "4", "240", "0.1", "5", "4", "7", "0.1", "0.99", "5e-05"),
            (One("network_dim"), One("conv_dim"), One("conv_alpha"), One("max_train_steps"), One("lr_warmup_steps"), One("multires_noise_iterations"), One("min_snr_gamma"), One("seed"), One("weight_decay"), One("adam_beta2"), One("text_encoder_lr")));
        Assert.DoesNotContain("noise_offset", version.Values.Keys);
        Assert.DoesNotContain("factor", version.Values.Keys);
        Assert.Empty(version.Notes);
        Assert.Equal(("1024", "D:/img"), (version.Profile["resolution"], version.Datasets[0].Value["folder"][0]));
        Run("preset.json");
        Assert.Contains(_lines.All, line => line.Contains("network_dim: 24", StringComparison.Ordinal));

        string One(string key) => Assert.Single(version.Values[key]);
    }

    [Fact]
    public void A_preset_of_kohya_ss_with_one_rate_alone_trains_that_part_alone()
    {
        var version = SdScriptsImport.Convert(KohyaGuiPreset.Read("""{ "LoRA_type": "Standard", "network_dim": 8, "learning_rate": 1e-3, "unet_lr": 1e-4, "text_encoder_lr": 0, "epoch": 3 }""", "x.json"), null, "v");
        Assert.Equal(("true", "1e-4", "3"), (version.Values["network_train_unet_only"][0], version.Values["unet_lr"][0], version.Values["max_train_epochs"][0]));
    }

    [Theory]
    [InlineData("""{ "LoRA_type": "Flux1", "network_dim": 8, "learning_rate": 1 }""", "is a preset for `Flux1`")]
    [InlineData("""{ "LoRA_type": "Standard", "sdxl": false }""", "another model than SDXL")]
    [InlineData("""{ "a": 1 }""", "is no preset of kohya_ss")]
    [InlineData("""{ "a": """, "is no JSON")]
    public void A_JSON_that_is_no_such_preset_is_named(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => KohyaGuiPreset.Read(json, "x.json")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_preset_of_LoRA_Easy_Training_Scripts_becomes_a_version()
    {
        _folder.Write("easy.txt", """
            [[subsets]]
            image_dir = "D:/train/6_boat"
            name = "boats"
            num_repeats = 6
            keep_tokens = 2
            [train_mode]
            train_mode = "lora"
            [general_args.args]
            seed = 7
            max_train_epochs = 9
            [general_args.dataset_args]
            resolution = 1024
            batch_size = 3
            [network_args.args]
            network_dim = 12
            [network_args.args.network_args]
            conv_dim = 4
            conv_alpha = 2.0
            [optimizer_args.args]
            learning_rate = 0.0002
            warmup_ratio = 0.1
            lr_scheduler = "cosine"
            [optimizer_args.args.optimizer_args]
            weight_decay = 0.05
            betas = "0.9,0.99"
            """);

        Run("easy.txt");

        Assert.All(
            ["num_repeats: 6", "keep_tokens: 2", "train_batch_size: 3", "network_dim: 12", "conv_dim: 4", "conv_alpha: 2", "lr_warmup_steps: 0.1", "weight_decay: 0.05", "adam_beta2: 0.99", "max_train_epochs: 9", "seed: 7"],
            line => Assert.Contains("    " + line, _lines.All));
        Assert.DoesNotContain(_lines.All, line => line.StartsWith("# Not known", StringComparison.Ordinal) || line.Contains("train_mode", StringComparison.Ordinal));
    }

    /// <summary>Its page makes arguments of these fields when it starts a training, and passes over fields that are empty.</summary>
    [Fact]
    public void Fields_of_the_page_of_lora_scripts_become_arguments()
    {
        var version = Toml("""
            model_train_type = "sdxl-lora"
            train_data_dir = "./train/x"
            reg_data_dir = ""
            vae = ""
            network_module = "lycoris.kohya"
            lycoris_algo = "lokr"
            lokr_factor = 8
            network_dim = 16
            conv_dim = 4
            conv_alpha = 2
            dropout = 0.1
            network_args_custom = ["preset=full"]
            learning_rate = "1"
            unet_lr = "1"
            text_encoder_lr = "1"
            optimizer_type = "Prodigy"
            prodigy_d_coef = "2.0"
            prodigy_d0 = ""
            optimizer_args_custom = ["weight_decay=0.1"]
            enable_block_weights = false
            down_lr_weight = "1,1,1,1,1,1,1,1,1,1,1,0"
            max_train_epochs = 3
            enable_preview = false
            positive_prompts = "x"
            """);

        Assert.Equal(
            ("lokr", "8", "4", "2", "0.1", "3"),
            (One("network_algo"), One("factor"), One("conv_dim"), One("conv_alpha"), One("network_dropout"), One("max_train_epochs")));
        Assert.Equal(["decouple=True", "weight_decay=0.1", "use_bias_correction=True", "d_coef=2.0"], version.Values["optimizer_args"]);
        Assert.DoesNotContain("down_lr_weight", version.Values.Keys);
        Assert.Equal("./train/x", Assert.Single(version.Datasets).Value["folder"][0]);
        Assert.Equal(["LyCORIS with the `preset` full trains more layers than sd-scripts' rules choose, which hold here."], version.Notes);

        string One(string key) => Assert.Single(version.Values[key]);
    }

    [Fact]
    public void What_a_preset_says_of_the_LoRA_is_taken()
    {
        var version = Toml("""
            train_data_dir = "x"
            max_train_steps = 10
            metadata_title = "Boat"
            metadata_author = ""
            metadata_tags = "boat, mascot"
            metadata_license = "openrail++"
            metadata_merged_from = "a"
            """);

        Assert.Equal(("Boat", "boat, mascot", "openrail++"), (version.Values["metadata_title"][0], version.Values["metadata_tags"][0], version.Values["metadata_license"][0]));
        Assert.DoesNotContain("metadata_author", version.Values.Keys);
        Assert.Empty(version.Notes);
    }

    /// <summary>Which layers a preset of LyCORIS trains is written down in its <c>config.py</c>.</summary>
    [Theory]
    [InlineData("full", "more", "8", null)]
    [InlineData("attn-mlp", null, null, null)]
    [InlineData("attn-only", "other", null, null)]
    [InlineData("unet-transformer-only", null, null, "true")]
    [InlineData("unet-convblock-only", "other", "8", "true")]
    [InlineData("my/preset.toml", "other", "8", null)]
    public void A_preset_of_LyCORIS_says_which_layers_are_trained(string preset, string? note, string? convolutions, string? unetOnly)
    {
        var version = SdScriptsImport.Convert(ArgumentLine.Parse($"--train_data_dir=x --max_train_steps=10 --network_module=lycoris.kohya --network_args algo=loha conv_dim=8 conv_alpha=4 preset={preset} train_norm=True", "argv"), null, "v");

        Assert.Equal((convolutions, unetOnly), (version.Values.GetValueOrDefault("conv_dim")?[0], version.Values.GetValueOrDefault("network_train_unet_only")?[0]));
        string[] expected = ["`train_norm` (True) has no counterpart: the training will differ in it.", .. note is null ? [] : new[] { $"LyCORIS with the `preset` {preset} trains {note} layers than sd-scripts' rules choose, which hold here." }];
        Assert.Equal(expected.Order(StringComparer.Ordinal), version.Notes.Order(StringComparer.Ordinal));
    }

    private ImportedVersion Toml(string text)
    {
        _folder.Write("preset.toml", text);
        return SdScriptsImport.Convert(TomlConfiguration.ReadOptions(_folder["preset.toml"]), null, "v");
    }

    private void Run(string file) => ImportRun.Run(_folder.Path, name => name == "from" ? [_folder[file]] : [], null, null, _lines);
}
