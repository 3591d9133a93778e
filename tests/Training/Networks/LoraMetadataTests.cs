namespace Slipway.Training.Tests;

public sealed class LoraMetadataTests
{
    private static readonly TrainingImage[] Images =
    [
        TinyModel.Image("2_sks girl/im0.png", "sks girl, empty room", 2, 64),
        TinyModel.Image("2_sks girl/im1.png", "sks girl", 2, 64),
        TinyModel.Image("1_cat/im0.png", "a photo of a cat", 1, 32),
    ];

    // The values of a run of sdxl_train_network.py with these options, and a data set of three images instead of its five.
    [Fact]
    public void Values_are_written_as_sd_scripts_writes_them()
    {
        var options = new TrainingOptions
        {
            LearningRate = 1e-3,
            UNetLr = 1e-3,
            TextEncoderLr = 5e-4,
            LrScheduler = "cosine",
            LrWarmupSteps = 2,
            MaxTrainEpochs = 2,
            TrainBatchSize = 2,
            Weighting = new() { MinSnrGamma = 5 },
            Noise = new() { NoiseOffset = 0.03 },
            Network = new() { NetworkDim = 4, NetworkAlpha = 2 },
            Caption = new() { ShuffleCaption = true, KeepTokens = 1 },
        };
        var metadata = LoraMetadata.Of(options, Images, new LoraOrigin { OutputName = "tiny_e2e", ModelName = "tiny_sdxl_base.safetensors" });
        var expected = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ss_learning_rate"] = "0.001",
            ["ss_text_encoder_lr"] = "0.0005",
            ["ss_network_dim"] = "4",
            ["ss_network_alpha"] = "2.0",
            ["ss_min_snr_gamma"] = "5.0",
            ["ss_noise_offset"] = "0.03",
            ["ss_seed"] = "42",
            ["ss_lr_scheduler"] = "cosine",
            ["ss_lr_warmup_steps"] = "2",
            ["ss_optimizer"] = "torch.optim.adamw.AdamW(weight_decay=0.01)",
            ["ss_max_grad_norm"] = "1.0",
            ["ss_shuffle_caption"] = "True",
            ["ss_keep_tokens"] = "1",
            ["ss_caption_dropout_rate"] = "0.0",
            ["ss_network_dropout"] = "None",
            ["ss_num_train_images"] = "5",
            ["ss_num_batches_per_epoch"] = "3",
            ["ss_num_epochs"] = "2",
            ["ss_max_train_steps"] = "6",
            ["ss_resolution"] = "(64, 64)",
            ["ss_base_model_version"] = "sdxl_base_v1-0",
            ["ss_dataset_dirs"] = """{"1_cat":{"n_repeats":1,"img_count":1},"2_sks girl":{"n_repeats":2,"img_count":2}}""",
            ["ss_tag_frequency"] = """{"1_cat":{"a photo of a cat":1},"2_sks girl":{"empty room":1,"sks girl":2}}""",
            ["modelspec.architecture"] = "stable-diffusion-xl-v1-base/lora",
            ["modelspec.prediction_type"] = "epsilon",
            ["modelspec.resolution"] = "64x64",
            ["modelspec.title"] = "tiny_e2e",
        };
        Assert.All(expected, e => Assert.Equal(e, KeyValuePair.Create(e.Key, metadata[e.Key])));
    }

    [Fact]
    public void Losses_and_noises_are_told_of_where_they_are_used()
    {
        var plain = new TrainingOptions { MaxTrainSteps = 1 };
        var rich = plain with
        {
            Loss = new() { LossType = "huber", HuberSchedule = "exponential" },
            Noise = new() { NoiseOffset = 0.05, AdaptiveNoiseScale = 0.01, MultiresNoiseIterations = 6 },
        };
        var origin = new LoraOrigin { OutputName = "a", ModelName = "b" };
        var added = LoraMetadata.Of(rich, Images, origin).Except(LoraMetadata.Of(plain, Images, origin)).ToDictionary(StringComparer.Ordinal);
        Assert.Equal(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["ss_loss_type"] = "huber",
                ["ss_huber_schedule"] = "exponential",
                ["ss_huber_scale"] = "1.0",
                ["ss_huber_c"] = "0.1",
                ["ss_noise_offset"] = "0.05",
                ["ss_adaptive_noise_scale"] = "0.01",
                ["ss_multires_noise_iterations"] = "6",
                ["ss_multires_noise_discount"] = "0.3",
            },
            added);
    }

    [Theory]
    [InlineData(1e-5, "1e-05")]
    [InlineData(1.5e-10, "1.5e-10")]
    [InlineData(1e-4, "0.0001")]
    [InlineData(1, "1.0")]
    public void Numbers_look_as_Python_prints_them(double rate, string expected)
    {
        var metadata = LoraMetadata.Of(new TrainingOptions { UNetLr = rate, MaxTrainSteps = 1 }, Images, new LoraOrigin { OutputName = "a", ModelName = "b" });
        Assert.Equal(expected, metadata["ss_unet_lr"]);
        Assert.Equal("None", metadata["ss_text_encoder_lr"]);
    }

    [Fact]
    public void Without_a_date_nothing_depends_on_the_clock()
    {
        var metadata = LoraMetadata.Of(new TrainingOptions { MaxTrainSteps = 1 }, Images, new LoraOrigin { OutputName = "a", ModelName = "b" });
        Assert.DoesNotContain(metadata.Keys, k => k.Contains("date", StringComparison.Ordinal) || k.EndsWith("_at", StringComparison.Ordinal) || k == "ss_session_id");
    }
}
