using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Commands.Preflights;

namespace Slipway.EndToEnd.Tests;

public sealed class PreflightTests(FinishedWorkspace finished) : IDisposable
{
    private readonly Workspace _workspace = finished.Copy();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Says_what_is_learned_by_subset_and_bucket()
    {
        Folder("mine/3_boats", ("a", 150, 90), ("b", 64, 64), ("c", 64, 64));
        File.WriteAllText(_workspace["mine/3_boats/a.txt"], "sail_kun, sea, sea gull\na second line");
        File.WriteAllText(_workspace["mine/3_boats/b.txt"], "sail_kun, sea");
        _workspace.Edit(
            ("datasets.white.num_repeats", "5"),
            ("datasets.mine", "{ source: folder, folder: mine, allow_missing_captions: true, caption_prefix: a }"),
            ("datasets.others", "{ source: folder, folder: mine, is_reg: true, allow_missing_captions: true }"),
            ("versions.v03", "{ dataset: [white, mine, others], max_train_epochs: 3, train_batch_size: 2, gradient_accumulation_steps: 2, caption_suffix: at rest }"),
            ("checks.equal_optimizer_steps", "[]"));

        var found = await LookAsync("v03");

        Assert.Empty(found.Problems);
        Assert.Equal(
            [
                Sprite,
                "v03: learns from white, mine, others",
                "  white: 1 picture, 5 uses an epoch; 1 yet to be made",
                "  mine: 3 pictures, 9 uses an epoch",
                "    3_boats/a.png: its caption has 2 lines; the first is learned (`enable_wildcard` chooses among all)",
                "    buckets: 64×64: 2, 80×48: 1",
                "    captions: 3 of 3; sail_kun 2, sea 2, boats 1, sea gull 1",
                "      a.png: a sail_kun, sea, sea gull at rest",
                "      b.png: a sail_kun, sea at rest",
                "      c.png: a boats at rest",
                "  others: 3 pictures, 14 uses an epoch, regularisation",
                "    3_boats/a.png: its caption has 2 lines; the first is learned (`enable_wildcard` chooses among all)",
                "    buckets: 64×64: 2, 80×48: 1",
                "    captions: 3 of 3; sail_kun 2, sea 2, boats 1, sea gull 1",
                "      a.png: sail_kun, sea, sea gull at rest",
                "      b.png: sail_kun, sea at rest",
                "      c.png: boats at rest",
                // 64×64: 5 + 6 + 9 uses; 80×48: 3 + 5.
                "  steps: 14 batches of up to 2, 7 steps an epoch; 21 steps in all, 3 epochs",
            ],
            found.Lines.SkipLast(2));
        Assert.Matches("^  time: about [0-9.]+ (s|min), going by what training took here$", found.Lines[^2]);
        Assert.StartsWith("  network: ", found.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_training_would_end_with_is_refused_before_it()
    {
        _workspace.Edit(("sprite", "datasets"), ("versions.v03.lr_scheduler", "cosine"), ("versions.v03.lr_warmup_steps", "70000"));

        var found = await LookAsync("v03");

        Assert.Contains(found.Problems, problem => problem.StartsWith("Train v03: lr_warmup_steps: 70000 is more than the ", StringComparison.Ordinal) && problem.EndsWith(" steps of the training.", StringComparison.Ordinal));
        Assert.Contains("The sprite 'datasets' is a folder; a file is expected there.", found.Problems);
    }

    [Fact]
    public async Task All_files_that_a_training_reads_and_that_are_not_there_are_named_at_once()
    {
        _workspace.Edit(
            ("sprite", "gone.png"), ("profiles.tiny.tagger.model", "gone.onnx"), ("profiles.tiny.vae", "gone_vae.safetensors"),
            ("versions.v03.network_weights", "gone_weights.safetensors"), ("versions.v03.metadata_thumbnail", "gone_thumbnail.png"));

        string[] files = ["autoencoder 'gone_vae.safetensors'", "network weights 'gone_weights.safetensors'", "sprite 'gone.png'", "tagger 'gone.onnx'", "thumbnail 'gone_thumbnail.png'"];

        Assert.Equal(files.Select(file => $"The {file} does not exist; put it there, or name another in the plan."), (await LookAsync("v03")).Problems.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_LoRA_of_the_plan_itself_that_another_begins_with_is_to_be_trained_first()
    {
        File.Delete(_workspace.Lora("v01"));
        _workspace.Edit(("versions.v03.network_weights", "artifacts/lora/sail_kun_v01.safetensors"));

        Assert.Equal(
            ["The network weights 'artifacts/lora/sail_kun_v01.safetensors' does not exist yet: `Train v01` of this plan makes it, and no version waits for it; run --target=Train-v01 first."],
            (await LookAsync("v03")).Problems);
    }

    [Theory]
    [InlineData(255, "has no transparent pixel; expected a cut-out (PNG with alpha). Remove its background first.")]
    [InlineData(0, "is fully transparent; there is nothing to place. Export it again with its layers visible.")]
    public async Task A_sprite_that_is_no_cut_out_is_refused(byte alpha, string expected)
    {
        new Picture(8, 8, [.. Enumerable.Repeat(alpha, 8 * 8 * 4)]).SavePng(_workspace["mascot.png"]);
        _workspace.Edit(("sprite", "mascot.png"));

        Assert.Equal([$"Sprite 'mascot.png' {expected}"], (await LookAsync("v01")).Problems);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_said_at_once_and_no_training_begins()
    {
        Folder("none");
        Folder("clear", ("a", 64, 64));
        new Picture(64, 64).SavePng(_workspace["clear/a.png"]);
        File.WriteAllText(_workspace["clear/a.txt"], "a boat");
        Folder("silent", ("a", 64, 64));
        _workspace.Edit(
            ("datasets.none", "{ source: folder, folder: none }"),
            ("datasets.clear", "{ source: folder, folder: clear }"),
            ("datasets.silent", "{ source: folder, folder: silent }"),
            ("versions.v01.learning_rate", "1e-3"),
            ("versions.v02.dataset", "none"),
            ("versions.v03.dataset", "clear"),
            ("versions.v04", "{ inherits: v03, dataset: silent }"));
        string[] expected = ["*none: holds no picture*", "*silent*a.png: no caption; *", "*clear*a.png' has transparency and the plan has no policy for it; *"];

        var found = await LookAsync();
        Assert.Equal(3, found.Problems.Count);
        foreach (var pattern in expected)
            Assert.Contains(found.Problems, problem => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, problem));

        var before = File.ReadAllBytes(_workspace.Lora("v01"));
        var exception = await Assert.ThrowsAsync<InvalidDataException>(() => _workspace.RunAsync(PipelineStage.Training));
        Assert.Equal(found.Problems, exception.Message.Split('\n'));
        Assert.Equal(before, File.ReadAllBytes(_workspace.Lora("v01")));
        Assert.Equal(["Train v01: 1"], await _workspace.RunAsync(PipelineStage.Training, "v01"));
    }

    [Fact]
    public async Task Empty_captions_are_all_told_before_anything_is_trained()
    {
        Folder("mine", ("a", 64, 64), ("b", 64, 64), ("c", 64, 64));
        File.WriteAllText(_workspace["mine/a.txt"], "\nsail_kun");
        File.WriteAllText(_workspace["mine/b.txt"], "");
        File.WriteAllText(_workspace["mine/c.txt"], "sail_kun");
        _workspace.Edit(("datasets.mine", "{ source: folder, folder: mine }"), ("versions.v03.dataset", "mine"));
        string[] expected = [.. new[] { "a", "b" }.Select(name => $"{_workspace[$"mine/{name}.txt"]}: the first line is empty; write the caption there")];

        Assert.Equal(expected, (await LookAsync("v03")).Problems);
        Assert.Equal(expected, (await Assert.ThrowsAsync<InvalidDataException>(() => _workspace.RunAsync(PipelineStage.Training, "v03"))).Message.Split('\n'));
    }

    [Fact]
    public async Task A_trigger_word_in_no_caption_is_refused_and_one_in_regularisation_pictures_does_not_count()
    {
        Folder("mine", ("a", 64, 64));
        File.WriteAllText(_workspace["mine/a.txt"], "a boat");
        Folder("others", ("a", 64, 64));
        File.WriteAllText(_workspace["others/a.txt"], "sail_kun");
        _workspace.Edit(
            ("datasets.mine", "{ source: folder, folder: mine }"),
            ("datasets.others", "{ source: folder, folder: others, is_reg: true }"),
            ("versions.v03.dataset", "[mine, others]"));
        Assert.StartsWith("Train v03: the trigger word 'sail_kun' is in no caption of dataset `mine`; ", Assert.Single((await LookAsync("v03")).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Steps_that_depend_on_a_folder_are_compared_before_anything_is_trained()
    {
        Folder("mine", ("a", 64, 64), ("b", 64, 64), ("c", 150, 90));
        _workspace.Edit(
            ("datasets.mine", "{ source: folder, folder: mine, class_tokens: sail_kun }"),
            ("profiles.sdxl.versions", "{}"),
            ("versions.v01", "{ dataset: mine, max_train_epochs: 2, train_batch_size: 2 }"),
            ("versions.v02", "{ inherits: v01, train_batch_size: 4 }"),
            ("versions.v03", "{ inherits: v01, train_batch_size: 1 }"),
            ("checks.equal_optimizer_steps", "[v01, v02]"));
        Assert.Empty((await LookAsync()).Problems);

        _workspace.Edit(("checks.equal_optimizer_steps", "[v01, v02, v03]"));
        var problem = "`checks.equal_optimizer_steps` does not hold: v01 takes 4 steps, v02 takes 4 steps, v03 takes 6 steps; change `max_train_steps` or `max_train_epochs`.";
        Assert.Equal([problem], (await LookAsync("v02")).Problems.Select(found => found));
        Assert.Equal(problem, (await Assert.ThrowsAsync<InvalidDataException>(() => _workspace.RunAsync(PipelineStage.Training, "v01"))).Message);
    }

    [Fact]
    public async Task A_validation_picture_that_is_learned_from_is_refused()
    {
        _workspace.Edit(("validation", "{ count: 1 }"), ("versions.v03.validate_every_n_steps", "1"));
        await _workspace.RunAsync(PipelineStage.Training, "v03");
        Folder("mine");
        File.Copy(Directory.GetFiles(_workspace["artifacts/validation/composites"], "*.png")[0], _workspace["mine/a.png"]);
        _workspace.Edit(("datasets.mine", "{ source: folder, folder: mine, class_tokens: sail_kun }"), ("versions.v03.dataset", "[with_background, mine]"));
        Assert.StartsWith("Validation overlaps the training: ", Assert.Single((await LookAsync("v03")).Problems), StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidDataException>(() => _workspace.RunAsync(PipelineStage.Training, "v03"));
    }

    [Fact]
    public async Task Looking_makes_nothing()
    {
        _workspace.Edit(("backgrounds.count", "4"));
        var before = _workspace.Outputs();
        var found = await LookAsync("v03");
        Assert.Equal([Sprite, "v03: learns from with_background", "  with_background: 4 pictures, 4 uses an epoch; 1 yet to be made", "    buckets: 64×64: 4"], found.Lines.Take(4));
        Assert.StartsWith("    captions: 3 of 4; ", found.Lines[4], StringComparison.Ordinal);
        Assert.Contains("sail_kun 3", found.Lines[4], StringComparison.Ordinal);
        Assert.Equal(before, _workspace.Outputs());
    }

    [Fact]
    public async Task What_is_odd_about_pictures_and_captions_is_said_and_learned_all_the_same()
    {
        Folder("mine", ("dot", 1, 1), ("panorama", 1280, 64), ("long", 64, 64));
        File.WriteAllText(_workspace["mine/modern.avif"], "");
        File.WriteAllText(_workspace["mine/modern.txt"], "sail_kun");
        File.WriteAllText(_workspace["mine/long.txt"], "sail_kun, " + string.Join(", ", Enumerable.Range(0, 60).Select(i => $"sand {i}")));
        _workspace.Edit(("datasets.mine", "{ source: folder, folder: mine, class_tokens: sail_kun, enable_bucket: false }"), ("versions.v03.dataset", "mine"), ("checks.equal_optimizer_steps", "[]"));

        var found = await LookAsync("v03");

        Assert.Empty(found.Problems);
        foreach (var expected in (string[])
        [
            "*modern.avif: not learned from, AVIF is not read; *",
            "*dot.png: 1×1 pixels, enlarged 64 times",
            "*panorama.png: 1280×64 pixels, of which 5 % are left in its bucket of 64×64",
            "*long.png: its caption has * tokens, of which 75 are seen (`max_token_length`); cut off from \"*",
        ])
            Assert.Contains(found.Lines, line => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(expected, line));
    }

    [Fact]
    public async Task A_trigger_word_behind_the_last_token_that_is_seen_is_refused_with_what_is_cut()
    {
        Folder("mine", ("a", 64, 64));
        File.WriteAllText(_workspace["mine/a.txt"], string.Join(", ", Enumerable.Range(0, 60).Select(i => $"sand {i}")) + ", sail_kun");
        _workspace.Edit(("datasets.mine", "{ source: folder, folder: mine }"), ("versions.v03.dataset", "mine"));
        var problem = Assert.Single((await LookAsync("v03")).Problems);
        Assert.StartsWith("Train v03: the trigger word 'sail_kun' is in no caption of dataset `mine` as far as the text encoders see it; ", problem, StringComparison.Ordinal);
        Assert.Contains("a.png: its caption has ", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_plain_file_is_named_and_not_waited_for()
    {
        Folder("mine", ("a", 64, 64));
        File.WriteAllText(_workspace["mine/b.txt"], "sail_kun");
        foreach (var name in (string[])["mine/b.png", "mine/a.txt"])
        {
            using var process = System.Diagnostics.Process.Start("mkfifo", [_workspace[name]]);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        _workspace.Edit(("datasets.mine", "{ source: folder, folder: mine }"), ("versions.v03.dataset", "mine"));
        var problems = (await LookAsync("v03")).Problems;
        Assert.Equal(2, problems.Count(problem => problem.Contains("is no plain file (a named pipe", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_rule_that_names_no_tag_of_the_tagger_is_said_once()
    {
        _workspace.Edit(("tags.exclude", "[baech, no subject]"), ("tags.replace", "{ forst: wood }"));
        var lines = (await LookAsync("v03")).Lines.Where(line => line.Contains("which is no tag of the tagger", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, lines.Count);
        Assert.StartsWith("`tags.exclude` names `baech`, which is no tag of the tagger; did you mean `beach`?", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("`tags.replace` names `forst`, which is no tag of the tagger; did you mean `forest`?", lines[1], StringComparison.Ordinal);
    }

    /// <summary>With a threshold of 1 the tagger is sure of nothing, with 0 of everything.</summary>
    [Fact]
    public async Task A_rule_whose_tag_occurs_in_no_picture_is_said_once_the_pictures_are_tagged()
    {
        IEnumerable<string> Rules(Preflight preflight) => preflight.Lines.Where(line => line.StartsWith("`tags.", StringComparison.Ordinal));
        _workspace.Edit(("tags.exclude", "[beach, no subject, forest]"), ("tags.replace", "{ desert: sand }"), ("tags.general_threshold", "1"));
        Assert.Empty(Rules(await LookAsync("v03")));

        await _workspace.RunAsync(PipelineStage.Tags);
        Assert.Equal(
            ["`tags.exclude`: the tagger sees beach, no subject, forest in none of the 3 pictures", "`tags.replace`: the tagger sees desert in none of the 3 pictures"],
            Rules(await LookAsync("v03")));

        _workspace.Edit(("tags.general_threshold", "0"));
        await _workspace.RunAsync(PipelineStage.Tags);
        Assert.Empty(Rules(await LookAsync("v03")));
    }

    [Fact]
    public async Task Photos_that_cannot_be_read_as_backgrounds_are_refused_by_name()
    {
        Folder("my", ("good", 64, 64));
        File.WriteAllText(_workspace["my/bad.png"], "no picture");
        using (var process = System.Diagnostics.Process.Start("mkfifo", [_workspace["my/pipe.png"]]))
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        _workspace.Edit(("backgrounds.source", "folder"), ("backgrounds.folder", "my"));

        var problems = (await LookAsync("v03")).Problems;

        Assert.Equal(2, problems.Count);
        Assert.Contains("bad.png' is not a readable PNG", problems[0], StringComparison.Ordinal);
        Assert.Contains("pipe.png' is a named pipe", problems[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_training_names_all_that_is_no_file_too()
    {
        Folder("mine", ("a", 64, 64));
        File.WriteAllText(_workspace["mine/a.txt"], "sail_kun");
        foreach (var name in new[] { "mine/b.png", "mine/c.png" })
        {
            using var process = System.Diagnostics.Process.Start("mkfifo", [_workspace[name]]);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        _workspace.Edit(("datasets.mine", "{ source: folder, folder: mine, allow_missing_captions: true }"), ("versions.v03.dataset", "mine"));
        var message = (await Assert.ThrowsAnyAsync<Exception>(() => _workspace.RunAsync(PipelineStage.Training, "v03"))).Message;
        Assert.Contains("mine/b.png", message, StringComparison.Ordinal);
        Assert.Contains("mine/c.png", message, StringComparison.Ordinal);
    }

    private const string Sprite = "sprite datasets/sail_kun/sail_kun.png: 1024×1024 pixels; 970×985 from (27, 17) can be seen, 68 % of it opaque; at most 0.043 times its size in the pictures; colours in sRGB";

    [Fact]
    public async Task Masks_that_a_training_would_refuse_are_refused_by_their_headers()
    {
        Folder("mine", ("a", 96, 64), ("b", 64, 64), ("c", 64, 64));
        Folder("masks", ("a", 64, 96), ("b", 64, 64), ("c", 64, 64));
        foreach (var name in new[] { "a", "b", "c" })
            File.WriteAllText(_workspace[$"mine/{name}.txt"], "sail_kun");
        File.WriteAllBytes(_workspace["masks/b.png"], File.ReadAllBytes(_workspace["masks/b.png"])[..60]);
        _workspace.Edit(("datasets.mine", "{ source: folder, folder: mine, conditioning_data_dir: masks }"), ("versions.v03.dataset", "mine"), ("versions.v03.masked_loss", "true"), ("checks.equal_optimizer_steps", "[]"));

        var problems = (await LookAsync("v03")).Problems;

        Assert.Contains(problems, problem => problem.Contains("masks/a.png' has 64×96 pixels and its picture 96×64", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("masks/b.png", StringComparison.Ordinal));
        Assert.DoesNotContain(problems, problem => problem.Contains("c.png", StringComparison.Ordinal));

        _workspace.Edit(("versions.v03.masked_loss", "false"));
        Assert.Empty((await LookAsync("v03")).Problems);
    }

    private async Task<Preflight> LookAsync(string? version = null)
    {
        using var sink = new RecordingSink();
        using var pipeline = SlipwayPipeline.Open(_workspace["lora.pipeline.yaml"], new PipelineOptions(), sink);
        return await Task.FromResult(pipeline.Preflight(version is null ? null : [version]));
    }

    private void Folder(string path, params (string Name, int Width, int Height)[] pictures)
    {
        Directory.CreateDirectory(_workspace[path]);
        foreach (var (name, width, height) in pictures)
            new Picture(width, height, [.. Enumerable.Repeat((byte)255, width * height * 4)]).SavePng(_workspace[$"{path}/{name}.png"]);
    }
}
