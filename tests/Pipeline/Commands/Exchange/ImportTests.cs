using Slipway.Pipeline.Commands.Exchange;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Yaml;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Tests.Commands.Exchange;

/// <summary>Files of the real formats: the param GUI's XML has every field that its <c>TrainParams</c> has.</summary>
public sealed class ImportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Lines _lines = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_preset_of_the_param_GUI_becomes_a_version()
    {
        var version = Import("sail_kun.xmlora", "v07");

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["learning_rate"] = "0.0002",
                ["text_encoder_lr"] = "5E-05",
                ["train_batch_size"] = "4",
                ["network_dim"] = "16",
                ["network_alpha"] = "8",
                ["conv_dim"] = "8",
                ["conv_alpha"] = "4",
                ["loraplus_unet_lr_ratio"] = "16",
                ["gradient_accumulation_steps"] = "2",
                ["lr_scheduler"] = "cosine_with_restarts",
                ["lr_scheduler_num_cycles"] = "3",
                ["lr_warmup_steps"] = "0.05",
                ["max_train_epochs"] = "10",
                ["optimizer_type"] = "AdamW8bit",
                ["save_precision"] = "fp16",
                ["adam_beta1"] = "0.9",
                ["adam_beta2"] = "0.99",
                ["adam_eps"] = "1E-08",
                ["weight_decay"] = "0.02",
                ["seed"] = "42",
                ["max_token_length"] = "225",
                ["noise_offset"] = "0.0375",
                ["min_snr_gamma"] = "5",
                ["caption_dropout_rate"] = "0.05",
                ["shuffle_caption"] = "true",
                ["keep_tokens"] = "1",
                ["gradient_checkpointing"] = "true",
                ["cache_latents"] = "true",
                ["loss_type"] = "huber",
                ["huber_c"] = "0.15",
                ["huber_schedule"] = "snr",
                ["token_warmup_step"] = "0.2",
            }.OrderBy(pair => pair.Key, StringComparer.Ordinal),
            version.Values.Where(pair => !LaterOptions.Contains(pair.Key)).Select(pair => KeyValuePair.Create(pair.Key, Assert.Single(pair.Value))).OrderBy(pair => pair.Key, StringComparer.Ordinal));
        Assert.Equal(("D:\\models\\sd_xl_base_1.0.safetensors", "1024", "bf16"), (version.Profile["base_model"], version.Profile["resolution"], version.Profile["mixed_precision"]));
        var dataset = Assert.Single(version.Datasets);
        Assert.Equal("v07_sail_kun", dataset.Key);
        Assert.Equal(
            ("folder", "D:/train/sail_kun", ".txt", "true", "512", "2048"),
            (One("source"), One("folder"), One("caption_extension"), One("enable_bucket"), One("min_bucket_reso"), One("max_bucket_reso")));
        Assert.DoesNotContain(version.Notes, note => note.Contains("optimizer_type", StringComparison.Ordinal));
        Assert.Equal("D:\\models\\sdxl_vae.safetensors", version.Profile["vae"]);
        Assert.DoesNotContain(version.Notes, note => note.Contains("`vae`", StringComparison.Ordinal));
        Assert.DoesNotContain(version.Notes, note => note.Contains("no_half_vae", StringComparison.Ordinal));

        string One(string key) => Assert.Single(dataset.Value[key]);
    }

    [Fact]
    public void A_configuration_and_its_datasets_become_a_version()
    {
        var version = Import("config.toml", null);

        Assert.Equal("boat", version.Name);
        Assert.Equal(["boat_160_sail_kun", "boat_1_boat"], version.Datasets.Select(dataset => dataset.Key));
        Assert.Equal(
            ("4", "800", "32", "8", "true", "1e-4", "0.1"),
            (One("train_batch_size"), One("max_train_steps"), One("network_dim"), One("conv_dim"), One("network_train_unet_only"), One("learning_rate").Replace("0.0001", "1e-4", StringComparison.Ordinal), One("caption_dropout_rate")));
        Assert.Equal(["weight_decay=0.1", "betas=0.9,0.99"], version.Values["optimizer_args"]);
        var (train, reg) = (version.Datasets[0].Value, version.Datasets[1].Value);
        Assert.Equal(("160", "true", "1", "true", "512"), (train["num_repeats"][0], train["shuffle_caption"][0], train["keep_tokens"][0], train["bucket_no_upscale"][0], train["min_bucket_reso"][0]));
        Assert.Equal(("true", "0", "1024"), (reg["is_reg"][0], reg["keep_tokens"][0], reg["max_bucket_reso"][0]));
        Assert.Equal("true", One("fp8_base"));
        Assert.Contains("`fp8_base`: here the UNet alone is in eight bits; in sd-scripts the text encoders are too.", version.Notes);
        Assert.Contains("`face_crop_aug_range` (2.0,4.0) has no counterpart: the training will differ in it.", version.Notes);
        Assert.Contains(version.Notes, note => note.Contains("`noise_ofset` (did you mean `noise_offset`?)", StringComparison.Ordinal));
        Assert.DoesNotContain(version.Notes, note => note.Contains("xformers", StringComparison.Ordinal));

        string One(string key) => Assert.Single(version.Values[key]);
    }

    [Fact]
    public void A_command_line_becomes_a_version_with_sd_scripts_defaults_written_out()
    {
        var version = Import("train.sh", null);

        Assert.Equal(("8", "4", "10"), (version.Values["network_dim"][0], version.Values["conv_dim"][0], version.Values["max_train_epochs"][0]));
        Assert.Equal("a, \"b\"", version.Values["caption_prefix"][0]);
        Assert.Equal(("2e-06", "1"), (version.Values["learning_rate"][0], version.Values.GetValueOrDefault("network_alpha")?[0] ?? "1"));
        Assert.DoesNotContain("max_train_steps", version.Values.Keys);
        Assert.Equal(("my train", ".caption", "false"), (version.Datasets[0].Value["folder"][0], version.Datasets[0].Value["caption_extension"][0], version.Datasets[0].Value["enable_bucket"][0]));
    }

    /// <summary>golden/e2e: the arguments that a real run of sdxl_train_network.py was given.</summary>
    [Fact]
    public void The_arguments_of_a_real_run_are_all_taken()
    {
        using var run = System.Text.Json.JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "e2e.json")));
        var arguments = string.Join(' ', run.RootElement.GetProperty("argv").EnumerateArray().Select(argument => $"\"{argument.GetString()}\""));
        var version = SdScriptsImport.Convert(ArgumentLine.Parse(arguments, "argv"), null, null);

        Assert.Equal("tiny_e2e", version.Name);
        Assert.Equal(
            ("4", "2", "2", "2", "1e-3", "5e-4", "cosine", "2", "5", "0.03", "0.01", "42"),
            (One("network_dim"), One("network_alpha"), One("train_batch_size"), One("max_train_epochs"), One("unet_lr"), One("text_encoder_lr"), One("lr_scheduler"), One("lr_warmup_steps"), One("min_snr_gamma"), One("noise_offset"), One("weight_decay"), One("seed")));
        Assert.DoesNotContain(version.Notes, note => note.Contains("no counterpart", StringComparison.Ordinal) && !LaterOptions.Exists(key => note.Contains(key, StringComparison.Ordinal)));

        string One(string key) => Assert.Single(version.Values[key]);
    }

    [Theory]
    [InlineData("--min_timestep=200 --max_timestep=800", 200, 800)]
    [InlineData("--min_timestep=0 --max_timestep=1000", 0, 1000)]
    [InlineData("", 0, 1000)]
    public void Bounds_of_the_timesteps_are_passed_through(string arguments, int least, int below)
    {
        var version = SdScriptsImport.Convert(ArgumentLine.Parse("--unet_lr=1e-4 --max_train_steps=10 " + arguments, "argv"), null, null);

        var values = version.Values.Where(pair => pair.Key.EndsWith("_timestep", StringComparison.Ordinal)).ToDictionary(pair => pair.Key, pair => pair.Value[0], StringComparer.Ordinal);
        var noise = NoiseOptions.Declared.With(new NoiseOptions(), values);
        Assert.Equal((least, below), (noise.MinTimestep, noise.MaxTimestep));
        Assert.DoesNotContain(version.Notes, note => note.Contains("timestep", StringComparison.Ordinal));
        Assert.Equal(least == 0, noise == new NoiseOptions());
    }

    [Fact]
    public void A_version_put_into_a_plan_can_be_trained_and_the_rest_stays_as_it_was()
    {
        var plan = PlanWith();
        var before = File.ReadAllLines(plan);

        Run("sdxl", "--from", "config.toml", "--out", plan);

        var after = File.ReadAllLines(plan);
        var place = Array.FindIndex(after, line => line.Contains("boat_160_sail_kun:", StringComparison.Ordinal));
        var kept = new Queue<string>(before);
        foreach (var line in after.Where(line => kept.TryPeek(out var next) && next == line))
            kept.Dequeue();
        Assert.Empty(kept);
        Assert.InRange(place, Array.IndexOf(after, "  sdxl:"), Array.FindIndex(after, line => line.StartsWith("backgrounds:", StringComparison.Ordinal)));
        var version = Plan.Load(plan, "sdxl").Version("boat");
        Assert.Equal((32, 8, 800, 4), (version.Training.Network.NetworkDim, version.Training.Network.ConvDim, version.Training.MaxTrainSteps, version.Training.TrainBatchSize));
        Assert.Equal("Lion", version.Training.Optimizer.OptimizerType);
        Assert.Equal((160, true), (version.Datasets[0].NumRepeats, version.Datasets[1].IsReg));
        Assert.Throws<PlanException>(() => Plan.Load(plan, "tiny").Version("boat"));
        Assert.Contains("Set in the profile: base_model: models/sd_xl_base_1.0.safetensors", _lines.All);

        var again = Assert.Throws<PlanException>(() => Run("sdxl", "--from", "config.toml", "--out", plan));
        Assert.Contains("`boat` is there twice", again.Message, StringComparison.Ordinal);
        Assert.Equal(after, File.ReadAllLines(plan));
    }

    [Fact]
    public void A_version_for_all_profiles_goes_behind_the_others()
    {
        var plan = PlanWith();

        Run(null, "--from", "train.sh", "--out", plan);

        Assert.Equal(("boat", 8), (Plan.Load(plan, "tiny").Versions[^1].Name, Plan.Load(plan, "sdxl").Version("boat").Training.Network.NetworkDim));
    }

    [Fact]
    public void A_version_that_does_not_fit_a_profile_leaves_the_plan_as_it_was()
    {
        var plan = PlanWith();
        var before = File.ReadAllText(plan);

        var message = Assert.Throws<PlanException>(() => Run(null, "--from", "config.toml", "--out", plan)).Message;

        Assert.Contains("min_bucket_reso: 512 is longer than a side of the resolution 64×64", message, StringComparison.Ordinal);
        Assert.Contains("--profile=NAME", message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(plan));
        Assert.Equal([plan], Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData("a.xmlora", "<?xml version=\"1.0\"?><!DOCTYPE TrainParams [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><TrainParams><OutputName>&x;</OutputName></TrainParams>", "DTD")]
    [InlineData("b.xmlora", "<TrainParams><StableDiffusionType>Flux1</StableDiffusionType></TrainParams>", "is a preset for Flux1; expected one for SDXL")]
    [InlineData("c.xmlora", "<Other/>", "expected <TrainParams>, found <Other>")]
    [InlineData("d.xmlora", "not XML", "is no preset of the param GUI")]
    [InlineData("e.toml", "a = [", "is no TOML")]
    [InlineData("e.toml", "a = \"\\UFFFFFFFF\"", "is no TOML")]
    [InlineData("e.json", "7", "is no preset of kohya_ss")]
    [InlineData("e.json", "[1]", "says nothing: there is no option in it")]
    [InlineData("f.txt", "--caption_prefix \"open", "a quote (\") is not closed")]
    [InlineData("g.txt", "hello", "holds no option")]
    public void What_cannot_be_read_is_said(string name, string text, string expected)
    {
        _folder.Write(name, text);

        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => Run(null, "--from", _folder[name])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_a_version_cannot_have_is_left_out_and_named()
    {
        _folder.Write("x.txt", "--network_dim=-4 --lr_scheduler=adafactor --unet_lr=1e-4 --max_train_steps=10");

        var version = SdScriptsImport.Convert(ArgumentLine.Parse(File.ReadAllText(_folder["x.txt"]), "x"), null, null);

        Assert.DoesNotContain("network_dim", version.Values.Keys);
        Assert.Equal("1e-4", version.Values["unet_lr"][0]);
        Assert.Contains(version.Notes, note => note.StartsWith("`network_dim` must be", StringComparison.Ordinal));
        Assert.Contains(version.Notes, note => note.StartsWith("`lr_scheduler` must be", StringComparison.Ordinal));
    }

    [Fact]
    public void What_makes_no_difference_is_no_note_and_what_is_not_known_is_one_line()
    {
        var version = Of("--xformers --clip_skip=2 --output_dir=x --min_timestep=0 --max_timestep=1000 --metadata_title=y --unet_lr=1e-4 --max_train_steps=10 --noise_ofset=1 --quite_another=2");
        Assert.Equal(["Not known, neither here nor to sd-scripts' sdxl_train_network.py: `noise_ofset` (did you mean `noise_offset`?), `quite_another`."], version.Notes.Where(note => !note.StartsWith("No pictures", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("--text_encoder_lr 1e-5 1e-5", null)]
    [InlineData("--text_encoder_lr 1e-5 2e-5", "sd-scripts trains both text encoders with the first, and so it was taken; `text_encoder_lr2: 2e-5` would")]
    public void Rates_in_a_list_are_one_rate_or_said(string arguments, string? note)
    {
        var version = Of(arguments + " --max_train_steps=10");
        Assert.Equal("1e-5", Assert.Single(version.Values["text_encoder_lr"]));
        Assert.Equal(note is not null, version.Notes.Any(line => line.Contains(note ?? "text_encoder_lr", StringComparison.Ordinal)));
    }

    /// <summary>The courses of PyTorch's classes are written down at tests of <c>LrSchedule</c>; here is which names they get.</summary>
    [Theory]
    [InlineData("CosineAnnealingLR --lr_scheduler_args T_max=100", "cosine", null)]
    [InlineData("torch.optim.lr_scheduler.CosineAnnealingLR --lr_scheduler_args T_max=100 eta_min=1e-5", "cosine_with_min_lr", "lr_scheduler_min_lr_ratio=0.1")]
    [InlineData("CosineAnnealingWarmRestarts --lr_scheduler_args T_0=25", "cosine_with_restarts", "lr_scheduler_num_cycles=4")]
    [InlineData("LinearLR --lr_scheduler_args start_factor=1.0 end_factor=0.0 total_iters=100", "linear", null)]
    [InlineData("ConstantLR --lr_scheduler_args factor=1", "constant", null)]
    [InlineData("PolynomialLR --lr_scheduler_args total_iters=100", "linear", null)]
    [InlineData("PolynomialLR --lr_scheduler_args total_iters=100 power=2.0", "polynomial", "lr_scheduler_power=2")]
    public void A_schedule_of_PyTorch_that_a_plan_has_is_taken_under_its_name(string type, string scheduler, string? value)
    {
        var version = Of($"--learning_rate=1e-4 --max_train_steps=100 --lr_scheduler=cosine --lr_scheduler_type {type}");
        Assert.Equal(scheduler, version.Values.GetValueOrDefault("lr_scheduler")?[0] ?? "constant");
        if (value?.Split('=') is [var key, var expected])
            Assert.Equal(expected, version.Values[key][0]);
        Assert.Contains(version.Notes, note => note.EndsWith($"`lr_scheduler` {scheduler} is the same course{(scheduler == "polynomial" ? ", but that it ends at 1e-7 and not at 0" : "")}.", StringComparison.Ordinal));
        Assert.DoesNotContain(version.Notes, note => note.Contains("no counterpart", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--max_train_steps=100 --lr_scheduler_type CosineAnnealingLR --lr_scheduler_args T_max=50", "`lr_scheduler_type` CosineAnnealingLR T_max=50 is no course that a plan has, and constant was taken; there are constant, ")]
    [InlineData("--max_train_steps=100 --lr_scheduler_type PolynomialLR --lr_scheduler_args total_iters=50 power=2", "`lr_scheduler_type` PolynomialLR total_iters=50 power=2 is no course")]
    [InlineData("--max_train_epochs=3 --lr_scheduler_type CosineAnnealingLR --lr_scheduler_args T_max=50", "is no course that a plan has (with `max_train_epochs` its length is not known)")]
    [InlineData("--max_train_steps=100 --lr_scheduler=cosine --lr_scheduler_type OneCycleLR --lr_scheduler_args max_lr=1", "`lr_scheduler_type` OneCycleLR max_lr=1 is no course")]
    public void A_schedule_that_a_plan_has_not_is_named_with_those_that_there_are(string arguments, string note)
    {
        var version = Of(arguments);
        Assert.Contains(version.Notes, line => line.Contains(note, StringComparison.Ordinal));
        Assert.Equal("constant", version.Values.GetValueOrDefault("lr_scheduler")?[0] ?? "constant");
    }

    [Fact]
    public void Prodigy_with_two_rates_stays_Prodigy_with_the_first_of_them()
    {
        var version = SdScriptsImport.Convert(KohyaGuiPreset.Read("""{ "LoRA_type": "Standard", "network_dim": 8, "learning_rate": 1, "unet_lr": 1, "text_encoder_lr": 0.5, "optimizer": "Prodigy", "optimizer_args": "d_coef=2", "loraplus_lr_ratio": 4, "epoch": 3 }""", "x.json"), null, "v");

        Assert.Equal(("Prodigy", "0.5", "0.5", "d_coef=2"), (One("optimizer_type"), One("text_encoder_lr"), One("unet_lr"), One("optimizer_args")));
        Assert.DoesNotContain("loraplus_lr_ratio", version.Values.Keys);
        Assert.Contains(version.Notes, note => note.Contains("of the text encoders' 0.5 and the UNet's 1 sd-scripts announces that the first counts", StringComparison.Ordinal));
        Assert.Contains(version.Notes, note => note.StartsWith("`loraplus_lr_ratio` (4): Prodigy has one learning rate", StringComparison.Ordinal));

        string One(string key) => Assert.Single(version.Values[key]);
    }

    [Theory]
    [InlineData("--noise_offset=0.1 --noise_offset_random_strength --weighted_captions --resize_interpolation=cubic", "noise_offset=0.1 noise_offset_random_strength=true resize_interpolation=cubic weighted_captions=true")]
    [InlineData("--noise_offset_random_strength --ip_noise_gamma_random_strength", "")]
    public void Later_options_of_sd_scripts_are_taken_and_those_without_effect_are_not(string arguments, string expected)
    {
        var version = Of(arguments + " --max_train_steps=10");
        Assert.Equal(expected, string.Join(' ', version.Values.Where(pair => pair.Key.Contains("noise", StringComparison.Ordinal) || pair.Key is "weighted_captions" or "resize_interpolation").OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value[0]}")));
        Assert.Single(version.Notes);
    }

    [Theory]
    [InlineData("run.txt", "--unet_lr=1e-4 --max_train_steps=10 --sample_prompts=prompts.txt --sample_every_n_steps=5 --sample_sampler=euler")]
    [InlineData("run.toml", "unet_lr = 1e-4\nmax_train_steps = 10\nsample_prompts = \"prompts.txt\"\nsample_every_n_steps = 5\nsample_sampler = \"euler\"")]
    [InlineData("run.json", """{ "LoRA_type": "Standard", "network_dim": 8, "learning_rate": 1e-4, "max_train_steps": 10, "sample_prompts": "sail_kun, sea --d 4\nsail_kun, sand --d 4", "sample_every_n_steps": 5, "sample_every_n_epochs": 0, "sample_sampler": "euler" }""")]
    public void Prompts_of_pictures_on_the_way_become_an_evaluation(string name, string text)
    {
        _folder.Write("prompts.txt", "sail_kun, sea --d 4\nsail_kun, sand --d 4\n");
        _folder.Write(name, text);

        Run(null, "--from", _folder[name]);

        // The default resolution is sd-scripts' 512, and so is the pictures' size.
        Assert.All(["evaluation:", "    sample_2: \"sail_kun, sand\"", "  seeds: [4]", "  sampler: Euler", "    sample_every_n_steps: 5"], line => Assert.Contains(line, _lines.All));
        Assert.DoesNotContain(_lines.All, line => line.Contains("sample_prompts` (", StringComparison.Ordinal));
    }

    [Fact]
    public void An_optimizer_that_there_is_not_is_named_with_the_one_that_holds() =>
        Assert.Contains(Of("--optimizer_type=Came --max_train_steps=10").Notes, note => note == "`optimizer_type` Came was not taken, and AdamW holds, as in every version that names none.");

    [Fact]
    public void A_preset_that_says_UTF_16_and_is_UTF_8_is_read()
    {
        _folder.Write("x.xml", "<?xml version=\"1.0\" encoding=\"utf-16\"?><TrainParams><OutputName>帆船</OutputName><LearningRate>0.0002</LearningRate></TrainParams>");
        Assert.Equal(("帆船", "0.0002"), (ParameterPreset.Read(_folder["x.xml"])["output_name"], ParameterPreset.Read(_folder["x.xml"])["learning_rate"]));
    }

    [Theory]
    [InlineData("--debiased_estimation", "debiased_estimation_loss", "true")]
    [InlineData("--network_args down_lr_weight=0.5,0.25", "down_lr_weight", "0.5,0.25,1,1,1,1,1,1,1")]
    [InlineData("--network_args up_lr_weight=0,0,0,0,0,0,0,0,1,1,1,1", "up_lr_weight", "0,0,0,0,0,0,0,0,1")]
    [InlineData("--network_args mid_lr_weight=0.5", "mid_lr_weight", "0.5,1,1")]
    public void What_argparse_and_sd_scripts_complete_is_completed(string arguments, string key, string expected) =>
        Assert.Equal(expected, string.Join(',', Of(arguments + " --max_train_steps=10").Values[key]));

    [Fact]
    public void Scripts_may_set_variables_and_go_on_behind_the_command()
    {
        var version = Of("set DIR=K:\\img\n$network_dim = 20 # dim\npython sdxl_train_network.py --train_data_dir=%DIR% --network_dim=$network_dim --max_train_steps=10 --mixed_precision=fp16 > log.txt 2>&1\npause");
        Assert.Equal(("20", "fp16", "K:/img"), (version.Values["network_dim"][0], version.Profile["mixed_precision"], version.Datasets[0].Value["folder"][0]));
    }

    [Theory]
    [InlineData("帆船くん v1", "帆船 くん", "v1", "v1")]
    [InlineData("帆船", "10_帆船", "imported", "imported_10")]
    [InlineData("my_boat", "6_boat", "my_boat", "my_boat_6_boat")]
    public void Names_in_letters_that_a_plan_does_not_take_become_short_ones(string output, string folder, string version, string dataset)
    {
        var read = SdScriptsImport.Convert(ArgumentLine.Parse($"--output_name=\"{output}\" --train_data_dir=\"D:/{folder}\" --max_train_steps=10", "x"), null, null);
        Assert.Equal((version, dataset), (read.Name, Assert.Single(read.Datasets).Key));
    }

    [Fact]
    public void Pictures_that_only_measure_are_not_learned_from_and_paths_are_forward()
    {
        var (train, measured) = (new ForeignOptions(), new ForeignOptions());
        train.Set("image_dir", @"D:\a");
        train.Set("conditioning_data_dir", @"D:\masks\a");
        measured.Set("image_dir", "D:/b");
        measured.Set("validation_split", "1.0");
        var version = SdScriptsImport.Convert(ArgumentLine.Parse("--unet_lr=1e-4 --max_train_steps=10", "x"), ([], [train, measured]), "v");
        Assert.Equal("D:/masks/a", Assert.Single(version.Datasets).Value["conditioning_data_dir"][0]);
        Assert.Contains(version.Notes, note => note.StartsWith("D:/b: sd-scripts only measures", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_field_of_the_param_GUI_is_taken_or_named()
    {
        _folder.Write("x.xml", """
            <TrainParams><LearningRate>1E-04</LearningRate><Epochs>3</Epochs><SchedulerType>warmup_stable_decay</SchedulerType><LRDecaySteps>0.2</LRDecaySteps><MinLRRatio>0.1</MinLRRatio>
            <OptimizerType>AdaFactor</OptimizerType><RelativeStep>false</RelativeStep><ScaleParameter>false</ScaleParameter><UseWarmupInit>false</UseWarmupInit>
            <ResizeInterpolationType>Lanczos</ResizeInterpolationType><Betas2>0.99</Betas2><BlocksToSwap>0</BlocksToSwap></TrainParams>
            """);
        var options = ParameterPreset.Read(_folder["x.xml"]);
        Assert.Equal(("0.2", "0.1", "lanczos"), (options["lr_decay_steps"], options["lr_scheduler_min_lr_ratio"], options["resize_interpolation"]));
        Assert.Equal(["relative_step=False", "scale_parameter=False", "warmup_init=False"], options.Values["optimizer_args"]);
        Assert.Equal(["`Betas2` (0.99) of the preset has no counterpart: the training may differ in it."], options.Remarks);
    }

    private static ImportedVersion Of(string arguments) => SdScriptsImport.Convert(ArgumentLine.Parse(arguments, "argv"), null, "v");

    /// <summary>Options that other tools write and that a version may or may not know.</summary>
    private static readonly List<string> LaterOptions = ["save_every_n_epochs"];

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Commands", "Exchange", "files", file);

    private static ImportedVersion Import(string file, string? name)
    {
        var path = PathOf(file);
        return file.EndsWith(".xmlora", StringComparison.Ordinal) ? SdScriptsImport.Convert(ParameterPreset.Read(path), null, name)
            : file.EndsWith(".toml", StringComparison.Ordinal) ? SdScriptsImport.Convert(TomlConfiguration.ReadOptions(path), TomlConfiguration.ReadDatasets(PathOf("dataset.toml")), name)
            : SdScriptsImport.Convert(ArgumentLine.Parse(File.ReadAllText(path), path), null, name);
    }

    private string PlanWith()
    {
        var plan = _folder["plan.yaml"];
        File.Copy(Path.Combine(Repository.Root, "lora.pipeline.yaml"), plan);
        return plan;
    }

    private void Run(string? profile, params string[] options)
    {
        var values = options.Chunk(2).ToLookup(pair => pair[0].TrimStart('-'), pair => pair[1].Contains('/') ? pair[1] : PathOf(pair[1]));
        ImportRun.Run(_folder.Path, name => [.. values[name]], null, profile, _lines);
    }
}
