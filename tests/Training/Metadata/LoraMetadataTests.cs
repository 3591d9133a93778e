using System.Text.Json;
using Slipway.Training.Data;
using Slipway.Training.Metadata;
using Slipway.Training.Options;

namespace Slipway.Training.Tests.Metadata;

public sealed class LoraMetadataTests
{
    private static readonly TrainingImage[] Images =
    [
        TinyModel.Image("2_sks girl/im0.png", "sks girl, empty room", 2, 64),
        TinyModel.Image("2_sks girl/im1.png", "sks girl", 2, 64),
        TinyModel.Image("1_cat/im0.png", "a photo of a cat", 1, 32),
    ];

    private static readonly string[] LeftOut =
    [
        "ss_session_id", "ss_training_started_at", "ss_training_finished_at", "modelspec.date", // would differ from run to run
        "ss_sd_scripts_commit_hash", "modelspec.implementation_version", // no sd-scripts was there
        "sshs_model_hash", "sshs_legacy_hash", // are added when the file is written
    ];

    [Theory]
    [InlineData(5e-5, null, "5e-05")]
    [InlineData(5e-5, 5e-5, "5e-05")]
    [InlineData(5e-5, 0.0, "[5e-05, 0.0]")]
    [InlineData(null, 5e-5, "[0.0001, 5e-05]")]
    [InlineData(null, null, "None")]
    public void Rates_of_both_text_encoders_are_a_list_as_sd_scripts_writes_it(double? first, double? second, string expected)
    {
        var options = new TrainingOptions { MaxTrainSteps = 1, LearningRate = 1e-4, TextEncoderLr = first, TextEncoderLr2 = second };

        Assert.Equal(expected, LoraMetadata.FromTraining(options, Images, Origin)["ss_text_encoder_lr"]);
        Assert.Equal(expected, LoraMetadata.OfOptions(options)["ss_text_encoder_lr"]);
    }

    [Fact]
    public void What_the_user_says_of_the_file_stands_under_ModelSpec_s_names_and_nothing_else_does()
    {
        var options = new TrainingOptions { MaxTrainSteps = 1 };
        var plain = LoraMetadata.FromTraining(options, Images, Origin);
        var said = LoraMetadata.FromTraining(
            options with
            {
                ModelSpec = new()
                {
                    MetadataTitle = "Sail-kun", MetadataAuthor = "Ann", MetadataDescription = "A boat.", MetadataLicense = "openrail++", MetadataTags = "boat, mascot", MetadataUsageHint = "0.8",
                    MetadataTriggerPhrase = "sail_kun", MetadataDate = "2026-11-29",
                },
            },
            Images,
            Origin with { Thumbnail = "data:image/jpeg;base64,AA==" });

        Assert.Equal("lora", plain["modelspec.title"]);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["modelspec.title"] = "Sail-kun",
                ["modelspec.author"] = "Ann",
                ["modelspec.description"] = "A boat.",
                ["modelspec.license"] = "openrail++",
                ["modelspec.tags"] = "boat, mascot",
                ["modelspec.usage_hint"] = "0.8",
                ["modelspec.trigger_phrase"] = "sail_kun",
                ["modelspec.date"] = "2026-11-29",
                ["modelspec.thumbnail"] = "data:image/jpeg;base64,AA==",
                ["modelspec.hash_sha256"] = "",
            },
            said.Except(plain).ToDictionary(StringComparer.Ordinal));
        Assert.Empty(plain.Keys.Except(said.Keys));
    }

    [Fact]
    public void Another_autoencoder_and_clip_skip_stand_where_sd_scripts_writes_them()
    {
        var metadata = LoraMetadata.FromTraining(new TrainingOptions { MaxTrainSteps = 1 }, Images, Origin with { ClipSkip = 1, Vae = new VaeOrigin("other.safetensors", "ab", "cd") });
        Assert.Equal(("1", "other.safetensors", "ab", "cd"), (metadata["ss_clip_skip"], metadata["ss_vae_name"], metadata["ss_new_vae_hash"], metadata["ss_vae_hash"]));
        Assert.Equal("None", LoraMetadata.FromTraining(new TrainingOptions { MaxTrainSteps = 1 }, Images, Origin)["ss_clip_skip"]);
    }

    private static LoraOrigin Origin { get; } = new() { OutputName = "lora", ModelName = "base.safetensors" };

    /// <summary>golden/e2e/e2e.json: all metadata of a run of sdxl_train_network.py, and the options that it was given.</summary>
    [Fact]
    public void All_keys_and_values_are_those_of_sd_scripts()
    {
        var buckets = new BucketOptions { Resolution = (64, 64), MinBucketReso = 32, MaxBucketReso = 128, BucketResoSteps = 32 };
        var fit = new Buckets(buckets);
        TrainingImage[] images =
        [
            Bucketed("2_sks girl/im0.png", "empty room, no humans", 2, 64, 64),
            Bucketed("2_sks girl/im1.png", "sks girl", 2, 96, 64),
            Bucketed("1_cat/im0.png", "a photo of a cat", 1, 64, 96),
            Bucketed("1_cat/im1.png", "cat", 1, 80, 80),
            Bucketed("1_cat/im2.png", "blue sky, masterpiece", 1, 128, 64),
        ];
        var options = new TrainingOptions
        {
            LearningRate = 1e-3,
            UnetLr = 1e-3,
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
        var expected = RecordedMetadata().Where(pair => !LeftOut.Contains(pair.Key)).ToDictionary(StringComparer.Ordinal);

        var metadata = LoraMetadata.FromTraining(options, images, new LoraOrigin
        {
            OutputName = "tiny_e2e",
            ModelName = "tiny_sdxl_base.safetensors",
            ModelHash = expected["ss_new_sd_model_hash"],
            LegacyModelHash = expected["ss_sd_model_hash"],
            Buckets = buckets,
            Comment = "tiny e2e",
        });

        Assert.Equal(expected, metadata.ToDictionary(StringComparer.Ordinal));

        TrainingImage Bucketed(string name, string caption, int repeats, int width, int height)
        {
            var (bucketWidth, bucketHeight) = fit.Fit(width, height).Bucket;
            return new TrainingImage(name, [], bucketWidth, bucketHeight, caption, repeats) { OriginalSize = (height, width) };
        }
    }

    [Fact]
    public void Pictures_of_one_size_are_in_no_buckets()
    {
        var metadata = LoraMetadata.FromTraining(new TrainingOptions { MaxTrainSteps = 1 }, Images, new LoraOrigin { OutputName = "a", ModelName = "b" });
        Assert.Equal(
            ("False", "None", "None", "null", "(64, 64)"),
            (metadata["ss_enable_bucket"], metadata["ss_min_bucket_reso"], metadata["ss_max_bucket_reso"], metadata["ss_bucket_info"], metadata["ss_resolution"]));
    }

    [Theory]
    [InlineData(0.1, "0.1")]
    [InlineData(60, "60")]
    public void The_warm_up_is_written_as_it_was_given(double given, string expected)
    {
        var metadata = LoraMetadata.FromTraining(new TrainingOptions { MaxTrainSteps = 100, LrWarmupSteps = given }, Images, new LoraOrigin { OutputName = "a", ModelName = "b" });
        Assert.Equal(expected, metadata["ss_lr_warmup_steps"]);
    }

    [Fact]
    public void Options_that_are_used_are_told_of()
    {
        var options = new TrainingOptions
        {
            MaxTrainSteps = 1,
            Data = new() { CacheLatents = false, MaxTokenLength = 225 },
            Loss = new() { PriorLossWeight = 0.5 },
            Caption = new() { CaptionDropoutEveryNEpochs = 3 },
        };
        TrainingImage[] images = [Images[0] with { Subset = new SubsetOptions { FlipAug = true, RandomCrop = true } }, Images[1], Images[2] with { Subset = new SubsetOptions { IsReg = true } }];
        var origin = new LoraOrigin { OutputName = "a", ModelName = "b", Validation = new() { ValidateEveryNSteps = 10, ValidationSeed = 7 }, ValidationImages = 4 };
        var added = LoraMetadata.FromTraining(options, images, origin).Except(LoraMetadata.FromTraining(new() { MaxTrainSteps = 1 }, images.Select(image => image with { Subset = new() { IsReg = image.Subset.IsReg } }).ToList(), origin with { Validation = null, ValidationImages = 0 }));
        Assert.Equal(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["ss_cache_latents"] = "False",
                ["ss_max_token_length"] = "225",
                ["ss_prior_loss_weight"] = "0.5",
                ["ss_caption_dropout_every_n_epochs"] = "3",
                ["ss_flip_aug"] = "True",
                ["ss_random_crop"] = "True",
                ["ss_num_validation_images"] = "4",
                ["ss_validate_every_n_steps"] = "10",
                ["ss_validation_seed"] = "7",
            },
            added.ToDictionary(StringComparer.Ordinal));
    }

    [Fact]
    public void Further_keys_are_taken_over()
    {
        var origin = new LoraOrigin { OutputName = "a", ModelName = "b", Additional = new Dictionary<string, string>(StringComparer.Ordinal) { ["slipway.x"] = "1" } };
        Assert.Equal("1", LoraMetadata.FromTraining(new TrainingOptions { MaxTrainSteps = 1 }, Images, origin)["slipway.x"]);
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
        var added = LoraMetadata.FromTraining(rich, Images, origin).Except(LoraMetadata.FromTraining(plain, Images, origin)).ToDictionary(StringComparer.Ordinal);
        Assert.Equal(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["ss_loss_type"] = "huber",
                ["ss_huber_schedule"] = "exponential",
                ["ss_noise_offset"] = "0.05",
                ["ss_adaptive_noise_scale"] = "0.01",
                ["ss_multires_noise_iterations"] = "6",
            },
            added);
    }

    [Theory]
    [InlineData(1e-5, "1e-05")]
    [InlineData(1, "1.0")]
    public void Numbers_look_as_Python_prints_them(double rate, string expected)
    {
        var metadata = LoraMetadata.FromTraining(new TrainingOptions { UnetLr = rate, MaxTrainSteps = 1 }, Images, new LoraOrigin { OutputName = "a", ModelName = "b" });
        Assert.Equal(expected, metadata["ss_unet_lr"]);
        Assert.Equal("None", metadata["ss_text_encoder_lr"]);
    }

    [Fact]
    public void Without_a_date_nothing_depends_on_the_clock()
    {
        var metadata = LoraMetadata.FromTraining(new TrainingOptions { MaxTrainSteps = 1 }, Images, new LoraOrigin { OutputName = "a", ModelName = "b" });
        Assert.DoesNotContain(metadata.Keys, k => k == "modelspec.date" || k.EndsWith("_at", StringComparison.Ordinal) || k == "ss_session_id");
    }

    private static Dictionary<string, string> RecordedMetadata()
    {
        using var run = JsonDocument.Parse(File.ReadAllText(Golden.Path("e2e/e2e.json")));
        return run.RootElement.GetProperty("metadata").EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetString()!, StringComparer.Ordinal);
    }
}
