using Slipway.Diffusion.Sampling;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Versions;
using Slipway.Training.Metadata;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Tests.Plans;

public sealed class PlanTests
{
    private static string Shipped => Path.Combine(FindRoot(), "lora.pipeline.yaml");

    [Fact]
    public void Versions_have_what_they_inherit_and_differ_in_what_they_say()
    {
        var plan = PlanFile.Load();

        Assert.Equal(["v01", "v02", "v03"], plan.Versions.Select(version => version.Name));
        Assert.Equal(["constant", "cosine", "cosine"], plan.Versions.Select(version => version.Training.LrScheduler));
        Assert.Equal(["160_boat_white", "160_boat_white", "1_boat_painted"], plan.Versions.Select(version => version.Datasets[0].FolderName));
        Assert.All(plan.Versions, version => Assert.Equal(400, version.Training.MaxTrainSteps));
    }

    [Fact]
    public void A_version_may_inherit_from_one_that_comes_later() =>
        Assert.Equal("cosine", PlanFile.Load("    max_train_steps: 400", "    max_train_steps: 400\n  v00: { inherits: v02 }").Version("v00").Training.LrScheduler);

    [Fact]
    public void Null_takes_an_inherited_value_away()
    {
        var version = PlanFile.Load("    dataset: painted", "    dataset: painted\n    max_train_steps: null\n    max_train_epochs: 16\n    train_batch_size: 4").Version("v03");

        Assert.Null(version.Training.MaxTrainSteps);
        Assert.Equal(16 * 25, version.OptimizerSteps(composites: 100));
        Assert.Equal(16 * 26, version.OptimizerSteps(composites: 101));
    }

    [Fact]
    public void A_profile_lays_its_values_over_the_rest()
    {
        var plan = PlanFile.Load("base_model: base,", "base_model: base, versions: { v01: { network_dim: 7 } }, backgrounds: { count: 3 },");

        Assert.Equal(3, plan.Backgrounds.Count);
        Assert.Equal("sand and sea", plan.Backgrounds.Prompts[0].Prompt);
        Assert.All(plan.Versions, version => Assert.Equal(7, version.Training.Network.NetworkDim));
    }

    [Fact]
    public void The_command_line_has_the_last_word()
    {
        var plan = PlanFile.Load(overrides: new Dictionary<string, string>(StringComparer.Ordinal) { ["device"] = "cuda", ["backgrounds.count"] = "5" });

        Assert.Equal(("cuda", 5), (plan.Device, plan.Backgrounds.Count));
    }

    [Fact]
    public void Seeds_that_are_not_given_are_the_plans()
    {
        var plan = PlanFile.Load("name: boat", "name: boat\nseed: 42");

        Assert.Equal([42, 42, 42], [plan.Backgrounds.Seed, plan.Composites.Seed, plan.Versions[0].Training.Seed]);
    }

    [Fact]
    public void The_fingerprint_has_every_setting_in_one_spelling_whatever_the_plan_writes()
    {
        var one = TrainingKey.Of(PlanFile.Load("lr_scheduler: cosine", "learning_rate: 2e-3"), "v02");
        var two = TrainingKey.Of(PlanFile.Load("lr_scheduler: cosine", "learning_rate: 0.0020 # the same"), "v02");

        Assert.Equal(one, two);
        Assert.Equal("0.002", one["learning_rate"]);
        Assert.DoesNotContain("dataset", one.Keys);
    }

    /// <summary>A setting that is not in the key would not make a training run again; that each member of the record counts, the records' own tests hold.</summary>
    [Fact]
    public void Every_training_setting_that_is_not_its_default_is_in_the_fingerprint()
    {
        var text = "    lr_scheduler: cosine\n    conv_dim: 1\n    unet_lr: 1\n    text_encoder_lr: 1\n    max_train_steps: null\n    max_train_epochs: 1\n    min_snr_gamma: 5\n"
            + "    loss_type: l1\n    huber_schedule: constant\n    huber_c: 0.2\n    huber_scale: 2\n    scale_v_pred_loss_like_noise_pred: false\n    v_pred_like_loss: 1\n"
            + "    noise_offset: 0.05\n    adaptive_noise_scale: 0.1\n    multires_noise_iterations: 6\n    multires_noise_discount: 0.4\n"
            + "    gradient_checkpointing: true\n    keep_tokens_separator: \"|||\"\n    secondary_separator: ;;;\n    enable_wildcard: true\n    caption_dropout_every_n_epochs: 2\n    token_warmup_step: 0.5\n    token_warmup_min: 2\n"
            + "    cache_latents: false\n    max_token_length: 150\n    masked_loss: true\n    unmasked_weight: 0.1\n    masked_prior_preservation_weight: 0.2\n    prior_loss_weight: 0.5\n"
            + "    optimizer_type: AdamW\n    loraplus_lr_ratio: 4\n    loraplus_unet_lr_ratio: 8\n    loraplus_text_encoder_lr_ratio: 2\n"
            + "    lr_decay_steps: 3\n    lr_scheduler_min_lr_ratio: 0.1\n    lr_scheduler_timescale: 5\n    ema_decay: 0.9\n    save_every_n_epochs: 1\n    save_every_n_steps: 10\n    average_last_n_saves: 2\n    scale_weight_norms: 1\n    zero_terminal_snr: true\n"
            + "    ip_noise_gamma: 0.1\n    ip_noise_gamma_random_strength: true\n    min_timestep: 1\n    max_timestep: 999";
        var plan = PlanFile.Load("    lr_scheduler: cosine", text);
        var (training, key) = (plan.Version("v02").Training, TrainingKey.Of(plan, "v02"));
        var set = TrainingOptions.Declared.Options.Where(option => option.Write(training) != option.Default).Select(option => option.Name).ToList();

        Assert.True(set.Count > 40, $"{set.Count} settings were tried.");
        Assert.Empty(set.Except(key.Keys, StringComparer.Ordinal));
    }

    [Fact]
    public void Losses_and_noise_have_the_options_of_sd_scripts()
    {
        var training = PlanFile.Load(
            "    lr_scheduler: cosine",
            "    loss_type: huber\n    huber_schedule: exponential\n    huber_c: 0.2\n    noise_offset: 0.05\n    adaptive_noise_scale: -0.01\n    multires_noise_iterations: 6").Version("v03").Training;

        Assert.Equal(new LossOptions { LossType = "huber", HuberSchedule = "exponential", HuberC = 0.2 }, training.Loss);
        Assert.Equal(new NoiseOptions { NoiseOffset = 0.05, AdaptiveNoiseScale = -0.01, MultiresNoiseIterations = 6, MultiresNoiseDiscount = 0.3 }, training.Noise);
        Assert.Equal(new SnrWeightingOptions(), training.Weighting);
    }

    [Fact]
    public void Options_that_came_later_change_no_fingerprint_where_they_are_not_given() =>
        Assert.DoesNotContain(TrainingKey.Of(PlanFile.Load(), "v01").Keys, role => role is "loss_type" or "gradient_checkpointing" or "huber_c" or "adaptive_noise_scale" or "multires_noise_discount" or "scale_v_pred_loss_like_noise_pred");

    [Theory]
    [InlineData("false", Checkpointing.False, null, "False")]
    [InlineData("true", Checkpointing.True, "true", "True")]
    [InlineData("auto", Checkpointing.Auto, "auto", "True")]
    public void Gradient_checkpointing_has_three_values_of_which_two_are_told_as_one(string written, Checkpointing expected, string? inKey, string told)
    {
        var plan = PlanFile.Load("    lr_scheduler: cosine", $"    lr_scheduler: cosine\n    gradient_checkpointing: {written}");
        Assert.Equal(expected, plan.Version("v02").Training.GradientCheckpointing);
        Assert.Equal(inKey, TrainingKey.Of(plan, "v02").GetValueOrDefault("gradient_checkpointing"));
        Assert.Equal(told, LoraMetadata.OfOptions(plan.Version("v02").Training)["ss_gradient_checkpointing"]);
    }

    [Fact]
    public void Every_sampler_that_a_plan_can_name_is_there() => Assert.Equal(Sampler.Names, SamplerNames.All);

    [Theory]
    [InlineData("tiny", "cpu", 64)]
    [InlineData("sdxl", "cuda", 1024)]
    public void The_shipped_plan_is_right_under_both_profiles(string profile, string device, int resolution)
    {
        var plan = Plan.Load(Shipped, profile);

        Assert.Equal((profile, device, resolution), (plan.Profile, plan.Device, plan.Resolution));
        Assert.Equal(["v01", "v02", "v03"], plan.Versions.Select(version => version.Name));
        Assert.Single(plan.Versions.Select(version => version.OptimizerSteps(plan.Backgrounds.Count)).Distinct());
    }

    [Fact]
    public void The_shipped_plan_tells_the_story()
    {
        var plan = Plan.Load(Shipped);

        Assert.Equal("tiny", plan.Profile);
        Assert.Equal(["160_sail_kun", "160_sail_kun", "1_sail_kun_with_background"], plan.Versions.Select(version => version.Datasets[0].FolderName));
        Assert.Equal(("sail_kun", Slipway.Imaging.Pictures.AlphaPolicy.White), (plan.Datasets[0].Caption, plan.Datasets[0].Alpha));
        Assert.Equal(100, plan.Backgrounds.Count);
        Assert.Equal(["lr_scheduler", "lr_warmup_steps"], Differences(plan.Versions[0], plan.Versions[1]));
        Assert.Empty(Differences(plan.Versions[1], plan.Versions[2]));
        Assert.Equal(plan.Backgrounds.Prompts.Select(prompt => prompt.Kind), plan.Evaluation.Prompts.Select(prompt => prompt.Kind));
        Assert.StartsWith("# ./build.sh --target=Train", File.ReadAllText(Shipped), StringComparison.Ordinal);
    }

    /// <summary>Each remedy is one change against v02, in its settings or in its pictures; all are measured alike.</summary>
    [Fact]
    public void The_shipped_remedies_change_one_thing_a_version()
    {
        var plan = Plan.Load(Shipped, "remedies");
        var v02 = plan.Version("v02");

        Assert.Single(plan.Versions.Select(version => version.Monitoring.Validation).Distinct());
        Assert.Single(plan.Versions.Select(version => version.OptimizerSteps(plan.Backgrounds.Count, plan.Regularisation!.Count)).Distinct());
        Assert.Empty(Differences(v02, plan.Version("tagged")));
        Assert.Equal("sail_kun, white_background", plan.Version("tagged").Datasets[0].Caption);
        Assert.Empty(Differences(v02, plan.Version("class_pictures")));
        Assert.Equal([false, true], plan.Version("class_pictures").Datasets.Select(dataset => dataset.IsReg));
        Assert.Equal(["network_dim", "network_alpha", "conv_dim", "conv_alpha"], Differences(v02, plan.Version("low_rank")));
        Assert.Equal((false, true), (v02.Training.Mask.MaskedLoss, plan.Version("masked_prior").Training.Mask.MaskedLoss));
        Assert.Equal((null, true), (v02.Monitoring.EarlyStopping, plan.Version("early_stopping").Monitoring.EarlyStopping is not null));
        Assert.Equal((null, 0.99), (v02.Training.Ema.EmaDecay, plan.Version("ema").Training.Ema.EmaDecay));
        Assert.Equal(["v01", "v02"], Assert.Single(plan.Ensembles).Of);
        Assert.Equal("remedies", plan.Evaluation.Table);
    }

    private static IEnumerable<string> Differences(VersionPlan one, VersionPlan two) =>
        TrainingOptions.Declared.Options.Where(option => option.Write(one.Training) != option.Write(two.Training)).Select(option => option.Name);

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Slipway.slnx")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
