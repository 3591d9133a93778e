using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Tests.Plans;

public sealed class PlanProblemTests
{
    [Theory]
    // A key that nobody knows.
    [InlineData("lr_scheduler: cosine", "lr_schedler: cosine", "plan.yaml:18:5: `versions.v02.lr_schedler` is not a known key; did you mean `lr_scheduler`?")]
    [InlineData("inherits: v02", "inherits: v02\n    inherit: v01", "plan.yaml:21:5: `versions.v03.inherit` is not a known key; did you mean `inherits`?")]
    [InlineData("sprite: boat.png", "sprite: boat.png\nzzz: 1", "plan.yaml:4:1: `zzz` is not a known key; known here: *")]
    [InlineData("tags: t.csv", "tags: t.csv, csv: 1", "plan.yaml:6:83: `tagger.csv` is not a known key; known here: model, tags.")]
    [InlineData("tags: t.csv", "tags: t.csv, learning_rate: 1", "plan.yaml:6:83: `tagger.learning_rate` is not a known key; it belongs to `versions.v01`.")]
    [InlineData("lr_scheduler: cosine", "exclude: a", "plan.yaml:18:5: `versions.v02.exclude` is not a known key; it belongs to `tags`.")]
    [InlineData("  seeds: [1, 2]", "  seeds: [1, 2]\n  Steps: 4", "plan.yaml:25:3: `evaluation.Steps` is not a known key; did you mean `steps`?")]
    // A key that is missing.
    [InlineData("sprite: boat.png\n", "", "plan.yaml:5:9: `sprite` is missing; give a text.")]
    [InlineData("base_model: base, ", "", "plan.yaml:6:9: `base_model` is missing; give a text.")]
    [InlineData("resolution: 64, ", "", "plan.yaml:6:9: `resolution` is missing; give a whole number from 16 to 4096.")]
    [InlineData("default_profile: tiny\n", "", "plan.yaml:1:1: `default_profile` is missing; give a text.")]
    [InlineData("    max_train_steps: 400\n", "", "plan.yaml:13:3: `versions.v01.max_train_steps` or `max_train_epochs` must be given, and not both; `null` takes an inherited one away. +")]
    // A key that is there twice.
    [InlineData("sprite: boat.png", "sprite: boat.png\nsprite: other.png", "plan.yaml:4:1: `sprite` is there twice, first in line 3; remove one.")]
    [InlineData("  v02:", "  v01:", "plan.yaml:16:3: `v01` is there twice, first in line 13; remove one. +")]
    // A value of the wrong type.
    [InlineData("num_repeats: 160", "num_repeats: many", "plan.yaml:10:55: `datasets.white.num_repeats` must be a whole number from 1 to 100000, but is `many`.")]
    [InlineData("num_repeats: 160", "num_repeats: \"160\"", "plan.yaml:10:55: `datasets.white.num_repeats` must be a whole number from 1 to 100000, but is `160` in quotes.")]
    [InlineData("num_repeats: 160", "num_repeats: 1.5", "plan.yaml:10:55: `datasets.white.num_repeats` must be a whole number from 1 to 100000, but is `1.5`.")]
    [InlineData("num_repeats: 160", "num_repeats:", "plan.yaml:10:54: `datasets.white.num_repeats` must be a whole number from 1 to 100000, but is empty.")]
    [InlineData("max_train_steps: 400", "max_train_steps: [400]", "plan.yaml:15:22: `versions.v01.max_train_steps` must be a whole number of 1 or more, but is a list.")]
    [InlineData("lr_scheduler: cosine", "network_train_unet_only: yes", "plan.yaml:18:30: `versions.v02.network_train_unet_only` must be true or false, but is `yes`.")]
    [InlineData("name: boat", "name: { a: b }", "plan.yaml:1:7: `name` must be a name of at most 64 letters, digits, _ and -, the first a letter or digit, but is a mapping.")]
    [InlineData("{ beach: sand and sea }", "[ beach ]", "plan.yaml:8:12: `backgrounds.prompts` must be a mapping, but is a list.")]
    [InlineData("sand and sea", "[sand, sea]", "plan.yaml:8:21: `backgrounds.prompts.beach` must be a text, but is a list.")]
    [InlineData("[1, 2]", "[1, two]", "plan.yaml:24:14: `evaluation.seeds` must be a list of whole numbers from 0 to 4294967295, but has `two` in it.")]
    [InlineData("[1, 2]", "7", "plan.yaml:24:10: `evaluation.seeds` must be a list of whole numbers from 0 to 4294967295, but is `7`.")]
    [InlineData("{ source: composites }", "composites", "plan.yaml:11:12: `datasets.painted` must be a mapping, but is `composites`. +")]
    // A value that cannot be.
    [InlineData("num_repeats: 160", "num_repeats: 0", "plan.yaml:10:55: `datasets.white.num_repeats` must be a whole number from 1 to 100000, but is `0`.")]
    [InlineData("lr_scheduler: cosine", "learning_rate: -1e-4", "plan.yaml:18:20: `versions.v02.learning_rate` must be a number of 0 or more, but is `-1e-4`.")]
    [InlineData("lr_scheduler: cosine", "learning_rate: .nan", "plan.yaml:18:20: `versions.v02.learning_rate` must be a number of 0 or more, but is `.nan`.")]
    [InlineData("lr_scheduler: cosine", "learning_rate: 1e999", "plan.yaml:18:20: `versions.v02.learning_rate` must be a number of 0 or more, but is `1e999`.")]
    [InlineData("lr_scheduler: cosine", "learning_rate: 0,001", "plan.yaml:18:20: `versions.v02.learning_rate` must be a number of 0 or more, but is `0,001`; write 0.001, with a point.")]
    [InlineData("lr_scheduler: cosine", "learning_rate: \"0,001\"", "plan.yaml:18:20: `versions.v02.learning_rate` must be a number of 0 or more, but is `0,001` in quotes; write 0.001, with a point.")]
    [InlineData("lr_scheduler: cosine", "text_encoder_lr: [5e-6, 1e-6]", "plan.yaml:18:22: `versions.v02.text_encoder_lr` must be a number of 0 or more, but is a list; of two rates, write the second as text_encoder_lr2 (sd-scripts takes the first for both).")]
    [InlineData("lr_scheduler: cosine", "unet_lr: [1e-4]", "plan.yaml:18:14: `versions.v02.unet_lr` must be a number of 0 or more, but is a list.")]
    [InlineData("lr_scheduler: cosine", "text_encoder_lr: 5,0e-5", "plan.yaml:18:22: `versions.v02.text_encoder_lr` must be a number of 0 or more, but is `5,0e-5`; write 5.0e-5, with a point.")]
    [InlineData("lr_scheduler: cosine", "learning_rate: -0,001", "plan.yaml:18:20: `versions.v02.learning_rate` must be a number of 0 or more, but is `-0,001`.")]
    [InlineData("max_train_steps: 400", "max_train_steps: 1,400", "plan.yaml:15:22: `versions.v01.max_train_steps` must be a whole number of 1 or more, but is `1,400`; write 1400, without a comma.")]
    [InlineData("lr_scheduler: cosine", "lr_scheduler: cosin", "plan.yaml:18:19: `versions.v02.lr_scheduler` must be one of constant, constant_with_warmup, linear, cosine, cosine_with_restarts, polynomial, cosine_with_min_lr, warmup_stable_decay, inverse_sqrt, but is `cosin`.")]
    [InlineData("lr_scheduler: cosine", "learning_rate: 0", "plan.yaml:18:20: `versions.v02.learning_rate` must be above 0 for the UNet or the text encoders; as it is, nothing would be trained.")]
    [InlineData("lr_scheduler: cosine", "max_train_epochs: 3", "plan.yaml:15:22: `versions.v02.max_train_steps` or `max_train_epochs` must be given, and not both; `null` takes an inherited one away.")]
    [InlineData("resolution: 64", "resolution: 65", "plan.yaml:6:41: `resolution` must be a multiple of 16, but is `65`.")]
    [InlineData("trigger_word: boat_kun", "trigger_word: boat, kun", "plan.yaml:2:15: `trigger_word` must be one tag without a comma, but is `boat, kun`.")]
    [InlineData("name: boat", "name: ../boat", "plan.yaml:1:7: `name` must be a name of at most 64 letters, digits, _ and -, the first a letter or digit, but is `../boat`.")]
    [InlineData("  v01:\n", "  ../v01:\n", "plan.yaml:13:3: `versions.../v01` is not a name of at most 64 letters, digits, _ and -, the first a letter or digit. +")]
    [InlineData("alpha: white, ", "", "plan.yaml:10:3: `datasets.white.alpha` is missing; give one of white, black, refuse.")]
    [InlineData("alpha: white", "alpha: refuse", "plan.yaml:10:35: `datasets.white.alpha` must be white or black here: the sprite is transparent.")]
    [InlineData("source: composites", "source: folder", "plan.yaml:11:3: `datasets.painted.folder` must be given for `source: folder`, and only then.")]
    [InlineData("[1, 2]", "[]", "plan.yaml:24:10: `evaluation.seeds` must be a list of at least one seed, such as [1, 2, 3, 4].")]
    [InlineData("{ beach: sand and sea }", "{}", "plan.yaml:8:12: `backgrounds.prompts` must name at least one kind of background and its prompt, such as `beach: beach, ocean, sand`.")]
    [InlineData("backgrounds:", "composites: { scale: [0.7, 0.5] }\nbackgrounds:", "plan.yaml:7:22: `composites.scale` must be two numbers [from, to] from 0.01 to 2, the smaller first, but is a list.")]
    [InlineData("backgrounds:", "composites: { scale: [0,5, 0,7] }\nbackgrounds:", "plan.yaml:7:22: `composites.scale` must be two numbers [from, to] from 0.01 to 2, the smaller first, but is a list; write [0.5, 0.7], with points.")]
    // A name of something that is not there.
    [InlineData("dataset: painted", "dataset: paintd", "plan.yaml:21:14: `versions.v03.dataset` names no dataset: `paintd`; did you mean `painted`?")]
    [InlineData("inherits: v02", "inherits: v07", "plan.yaml:20:15: `versions.v03.inherits` names no version: `v07`; did you mean `v01`?")]
    [InlineData("default_profile: tiny", "default_profile: tny", "plan.yaml:4:18: there is no profile `tny`; did you mean `tiny`?")]
    [InlineData("evaluation:", "checks: { equal_optimizer_steps: [v01, v9999] }\nevaluation:", "plan.yaml:22:34: `checks.equal_optimizer_steps` names no version: `v9999`; known here: v01, v02, v03.")]
    // A circle.
    [InlineData("    dataset: white\n", "    dataset: white\n    inherits: v03\n", "plan.yaml:18:15: `versions.v02.inherits` goes in a circle: v01 → v03 → v02 → v01.")]
    [InlineData("inherits: v01", "inherits: v02", "plan.yaml:17:15: `versions.v02.inherits` goes in a circle: v02 → v02.")]
    public void Is_said_in_one_line_with_its_place(string find, string replace, string expected)
    {
        var problems = PlanFile.Problems(find, replace);

        // A plus: other problems follow from this one.
        if (expected.EndsWith(" +", StringComparison.Ordinal))
            expected = expected[..^2];
        else
            Assert.Single(problems);
        var problem = problems[0];
        if (expected.EndsWith('*'))
            Assert.StartsWith(expected[..^1], problem, StringComparison.Ordinal);
        else
            Assert.Equal(expected, problem);
    }

    /// <summary>YAML takes a comma within braces for the end of a value.</summary>
    [Fact]
    public void A_number_with_a_comma_in_braces_is_told_as_what_it_was_meant_to_be()
    {
        var problems = PlanFile.Problems("  v02:\n    inherits: v01\n    lr_scheduler: cosine\n", "  v02: { inherits: v01, learning_rate: 0,001, seed: 1, 7 }\n");

        Assert.Contains("plan.yaml:16:42: `versions.v02.001` is not a known key; a comma ends a value here: write `learning_rate: 0.001`, with a point.", problems);
    }

    [Fact]
    public void All_problems_come_at_once_in_the_order_of_the_file() =>
        Assert.Equal(
            [
                "plan.yaml:2:1: `trigger_wrd` is not a known key; did you mean `trigger_word`?",
                "plan.yaml:6:9: `trigger_word` is missing; give a text.",
                "plan.yaml:10:20: `datasets.white.source` must be one of sprite, composites, regularisation, folder, but is `sprit`.",
            ],
            Assert.Throws<PlanException>(() => PlanFile.LoadText(PlanFile.Good
                .Replace("trigger_word", "trigger_wrd", StringComparison.Ordinal)
                .Replace("source: sprite", "source: sprit", StringComparison.Ordinal))).Problems);

    [Fact]
    public void Without_a_profile_the_rest_is_read_all_the_same() =>
        Assert.Equal(
            [
                "plan.yaml:1:1: `default_profile` is missing; give a text.",
                "plan.yaml:1:1: `profiles` must have at least one profile.",
                "plan.yaml:8:3: `datasets.painted.source` is missing; give one of sprite, composites, regularisation, folder.",
                "plan.yaml:8:14: `datasets.painted.surce` is not a known key; did you mean `source`?",
                "plan.yaml:15:19: `versions.v02.lr_scheduler` must be one of constant, constant_with_warmup, linear, cosine, cosine_with_restarts, polynomial, cosine_with_min_lr, warmup_stable_decay, inverse_sqrt, but is `cosin`.",
            ],
            Assert.Throws<PlanException>(() => PlanFile.LoadText(PlanFile.Good
                .Replace("default_profile: tiny\nprofiles:\n  tiny: { base_model: base, resolution: 64, tagger: { model: t.onnx, tags: t.csv } }\n", "", StringComparison.Ordinal)
                .Replace("{ source: composites }", "{ surce: composites, alpha: white }", StringComparison.Ordinal)
                .Replace("lr_scheduler: cosine", "lr_scheduler: cosin", StringComparison.Ordinal))).Problems);

    [Fact]
    public void What_versions_inherit_is_said_once() =>
        Assert.Single(PlanFile.Problems("max_train_steps: 400", "max_train_steps: x"));

    [Fact]
    public void What_profiles_share_is_said_once_and_what_only_one_has_is_said_too() =>
        Assert.Equal(
            [
                "plan.yaml:3:9: `sprite` must be a text, but is a list.",
                "plan.yaml:7:36: profile `big`: `device` must be one of cpu, cuda, cuda:N, but is `gpu`.",
                "plan.yaml:7:8: profile `big`: `base_model` is missing; give a text.",
            ],
            Assert.Throws<PlanException>(() => PlanFile.LoadText(PlanFile.Good
                .Replace("sprite: boat.png", "sprite: [boat.png]", StringComparison.Ordinal)
                .Replace("backgrounds:\n", "  big: { resolution: 1024, device: gpu, tagger: { model: a, tags: b } }\nbackgrounds:\n", StringComparison.Ordinal))).Problems.Order(StringComparer.Ordinal));

    [Fact]
    public void A_profile_that_was_not_chosen_stops_nothing_and_is_named()
    {
        var text = PlanFile.Good.Replace("backgrounds:\n", "  big: { resolution: 1024, device: gpu, base_model: b, tagger: { model: a, tags: b } }\nbackgrounds:\n", StringComparison.Ordinal);
        Assert.Equal(["plan.yaml:7:36: profile `big`: `device` must be one of cpu, cuda, cuda:N, but is `gpu`."], PlanFile.LoadText(text).Warnings);
        Assert.Empty(PlanFile.Load().Warnings);
    }

    [Fact]
    public void A_problem_of_the_chosen_profile_names_it_and_one_of_all_profiles_names_none() =>
        Assert.Equal(
            [
                "plan.yaml:3:9: `sprite` must be a text, but is a list.",
                "plan.yaml:7:36: profile `big`: `device` must be one of cpu, cuda, cuda:N, but is `gpu`.",
            ],
            Assert.Throws<PlanException>(() => PlanFile.LoadText(
                PlanFile.Good
                    .Replace("sprite: boat.png", "sprite: [boat.png]", StringComparison.Ordinal)
                    .Replace("backgrounds:\n", "  big: { resolution: 1024, device: gpu, base_model: b, tagger: { model: a, tags: b } }\nbackgrounds:\n", StringComparison.Ordinal),
                profile: "big")).Problems);

    [Fact]
    public void A_check_that_does_not_hold_says_the_numbers() =>
        Assert.Equal(
            ["plan.yaml:25:34: `checks.equal_optimizer_steps` does not hold: v01 takes 400 steps, v03 takes 75 steps; change `max_train_steps` or `max_train_epochs`."],
            Assert.Throws<PlanException>(() => PlanFile.LoadText(PlanFile.Good
                .Replace("    dataset: painted\n", "    dataset: painted\n    max_train_steps: null\n    max_train_epochs: 3\n    train_batch_size: 4\n", StringComparison.Ordinal)
                .Replace("evaluation:", "checks: { equal_optimizer_steps: [v01, v03] }\nevaluation:", StringComparison.Ordinal))).Problems);

    [Fact]
    public void A_profile_that_is_not_there_is_named() =>
        Assert.Equal(
            "command line: there is no profile `tny`; did you mean `tiny`?",
            Assert.Throws<PlanException>(() => PlanFile.Load(profile: "tny")).Message);

    [Fact]
    public void A_version_that_is_not_there_is_named() =>
        Assert.Equal(
            "There is no version `v99`; known here: v01, v02, v03.",
            Assert.Throws<PlanException>(() => PlanFile.Load().Version("v99")).Message);

    [Fact]
    public void A_value_of_the_command_line_is_checked_too() =>
        Assert.Equal(
            "command line: `device` must be one of cpu, cuda, cuda:N, but is `gpu`.",
            Assert.Throws<PlanException>(() => PlanFile.Load(overrides: new Dictionary<string, string>(StringComparer.Ordinal) { ["device"] = "gpu" })).Message);
}
