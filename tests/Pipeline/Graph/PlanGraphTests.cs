using Slipway.Engine.Caching;
using Slipway.Engine.Jobs;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Graph;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Axes;
using Slipway.Pipeline.Plans.Datasets;
using Slipway.Pipeline.Plans.Sections;
using Slipway.Pipeline.Plans.Versions;
using Slipway.Pipeline.Tests.Jobs;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Tests.Graph;

public sealed class PlanGraphTests
{
    [Fact]
    public void The_graph_is_a_function_of_the_plan()
    {
        var (first, second) = (Samples.Graph(), Samples.Graph());

        Assert.Equal(Lines(first), Lines(second));
    }

    [Fact]
    public void It_has_the_stages_of_the_plan_each_after_what_it_needs()
    {
        var graph = Samples.Graph().Jobs;

        Assert.Equal(
            [
                "Backgrounds", "Composites white", "Composites", "Tags", "Regularisation class", "Composites white_tagged", "Backgrounds validation", "Composites validation", "Tags validation",
                "Train v01", "Train v02", "Train v03", "Train early_stopping", "Train ema", "Train class_pictures", "Train masked_prior", "Train tagged", "Train low_rank", "Ensemble merged",
                "Samples base", "Drift base", "Samples v01", "Drift v01", "Samples v02", "Drift v02", "Samples v03", "Drift v03", "Samples early_stopping", "Drift early_stopping", "Samples ema", "Drift ema", "Samples class_pictures", "Drift class_pictures", "Samples masked_prior", "Drift masked_prior", "Samples tagged", "Drift tagged", "Samples low_rank", "Drift low_rank", "Samples merged", "Drift merged", "Steps v01", "Steps v02", "Steps v03", "Steps early_stopping", "Steps ema", "Steps class_pictures", "Steps masked_prior", "Steps tagged", "Steps low_rank",
                "Cells strengths", "Grid strengths", "Evaluate", "Report",
            ],
            graph.Stages.Select(stage => stage.Label));
        Assert.Equal(["Train v01", "Train v02", "Composites validation", "Tags validation"], graph.Needs(graph.Stage("Ensemble merged")!).Select(stage => stage.Label));
    }

    [Fact]
    public void Every_saved_step_is_drawn_with_each_prompt_and_one_seed_and_measured()
    {
        var graph = Samples.Graph().Jobs;
        var steps = graph.Stage("Steps v01")!.Jobs;

        Assert.Equal([.. Enumerable.Range(1, 7).Select(i => $"v01-step{i * 100:D8}")], steps.Select(step => step.Label));
        var drawn = (SamplesJob)steps[2].Job;
        Assert.Equal(new LoraInput("sail_kun_v01-step00000300", new Ref("Train v01/sail_kun_v01", "saves/sail_kun_v01-step00000300.safetensors"), 1), drawn.Loras.Single());
        Assert.Equal((11, 22), (drawn.Samples.Seeds.Single(), drawn.Samples.Prompts.Count));
        Assert.Equal(["artifacts/steps/v01-step00000300/beach_11.png", "artifacts/steps/v01-step00000300/drift/farm_11.png"], new[] { 0, 21 }.Select(i => steps[2].Paths[i]));
        Assert.Equal(steps.Select(step => step.Label), ((EvaluateJob)graph.Stage("Evaluate")!.Jobs[0].Job).Saved.Where(step => step.Version == "v01").Select(step => step.Name));
    }

    [Theory]
    [InlineData(50, null, 200, null, "step00000050 step00000100 step00000150")]
    [InlineData(null, 2, 40, null, "000002 000004")] // of 8 steps each
    [InlineData(null, 1, null, 3, "000001 000002")]
    [InlineData(8, 1, null, 3, "step00000008 step00000016")] // the same weights under two names
    [InlineData(200, null, 200, null, "")] // the end is the version's own file
    public void A_save_is_known_before_it_is_made(int? everySteps, int? everyEpochs, int? steps, int? epochs, string expected)
    {
        var graph = Saving(new SaveOptions { SaveEveryNSteps = everySteps, SaveEveryNEpochs = everyEpochs }, version => version with { Training = version.Training with { MaxTrainSteps = steps, MaxTrainEpochs = epochs, TrainBatchSize = 20 } });

        Assert.Equal(expected, string.Join(' ', graph.Jobs.Stage("Steps v01")?.Jobs.Select(job => job.Label["v01-".Length..]) ?? []));
    }

    /// <summary>Two lying pictures and a standing one, of two repeats each: six steps an epoch one by one, and three in batches of two, which are each of one bucket.</summary>
    [Theory]
    [InlineData(1, null, "step00000004 step00000008 000001")]
    [InlineData(2, null, "step00000004 000001")]
    [InlineData(4, null, "000001")]
    [InlineData(2, 10, "step00000004 step00000008 000001 000002 000003")]
    [InlineData(4, 7, "step00000004 000001 000003")] // the second epoch ends with step 4
    public void An_epoch_of_a_user_s_own_folder_is_counted_by_its_pictures_buckets(int batch, int? steps, string expected)
    {
        using var folder = new TemporaryFolder();
        foreach (var (name, width) in new[] { ("a", 96), ("b", 96), ("c", 48) })
            new Picture(width, 64).SavePng(folder.Write($"2_cat/{name}.png", ""));

        Assert.Equal(expected, Saves(folder, batch, steps));
    }

    [Fact]
    public void Of_a_picture_that_cannot_be_read_nothing_is_known()
    {
        using var folder = new TemporaryFolder();
        folder.Write("2_cat/a.png", "no picture");

        Assert.Equal("step00000004 000001", Saves(folder, batch: 1, steps: 5)); // the second epoch ends with step 4
        Assert.Equal("step00000004", Saves(folder, batch: 2, steps: 5));
    }

    [Fact]
    public void Composites_of_several_sizes_are_counted_before_they_are_made()
    {
        // Eleven of each size make three batches each of at most five, where as many of one size would make five in all.
        var plan = Plan.Load(Path.Combine(Repository.Root, "lora.pipeline.yaml"), "tiny");
        var version = plan.Versions.Single(version => version.Name == "v03");
        var graph = PlanGraph.From(
            plan with
            {
                Backgrounds = plan.Backgrounds with { Count = 22, Sizes = [new(64, 64), new(96, 48)] },
                Versions = [version with { Training = version.Training with { MaxTrainSteps = 12, TrainBatchSize = 5, Saves = new SaveOptions { SaveEveryNEpochs = 1 } } }],
            },
            Repository.Root);

        Assert.Equal("000001", string.Join(' ', graph.Jobs.Stage("Steps v03")!.Jobs.Select(job => job.Label["v03-".Length..])));
    }

    private static string Saves(TemporaryFolder folder, int batch, int? steps)
    {
        var own = new DatasetPlan { Key = "own", Source = DatasetSource.Folder, Folder = new FolderPlan { Folder = folder[""], AllowMissingCaptions = true }, Buckets = new BucketPlan(), Name = "own" };
        var plan = Plan.Load(Path.Combine(Repository.Root, "lora.pipeline.yaml"), "tiny");
        var version = plan.Versions[0] with { Datasets = [own] };
        version = version with
        {
            Training = version.Training with { MaxTrainSteps = steps, MaxTrainEpochs = steps is null ? 2 : null, TrainBatchSize = batch, Saves = new SaveOptions { SaveEveryNSteps = 4, SaveEveryNEpochs = 1 } },
        };
        var graph = PlanGraph.From(plan with { Datasets = [.. plan.Datasets, own], Versions = [version] }, Repository.Root);
        return string.Join(' ', graph.Jobs.Stage("Steps v01")!.Jobs.Select(job => job.Label["v01-".Length..]));
    }

    [Fact]
    public void Nothing_is_drawn_of_steps_where_none_is_saved_or_wanted_or_known()
    {
        var saves = new SaveOptions { SaveEveryNSteps = 100 };

        Assert.Null(Saving(new SaveOptions(), version => version).Jobs.Stage("Steps v01"));
        Assert.NotNull(Saving(saves, version => version).Jobs.Stage("Steps v01"));
        Assert.Null(Saving(saves, version => version, evaluation => evaluation with { SavedSteps = false }).Jobs.Stage("Steps v01"));
    }

    [Theory]
    [InlineData(20, 4, "")]
    [InlineData(20, 5, "step00000100")]
    [InlineData(50, 4, "step00000100 step00000200")]
    public void Of_a_training_that_may_end_early_the_saves_before_it_can_are_drawn(int every, int patience, string expected)
    {
        var graph = Saving(new SaveOptions { SaveEveryNSteps = 100 }, version => version with
        {
            Monitoring = new MonitoringPlan(new ValidationOptions { ValidateEveryNSteps = every }, new EarlyStoppingOptions { Patience = patience }, null),
        });

        Assert.Equal(expected, string.Join(' ', graph.Jobs.Stage("Steps v01")?.Jobs.Select(job => job.Label["v01-".Length..]) ?? []));
    }

    [Fact]
    public void A_grid_draws_what_nothing_else_draws_and_one_more_entry_costs_its_own_pictures()
    {
        PlanGraph Of(params double[] strengths) => With(new GridPlan { Name = "g", X = new(AxisKind.Strength, [.. strengths.Select(strength => $"{strength}")]), Y = new(AxisKind.Version, ["base", "v01", "v03"]) });

        // Strength 1 with the evaluation's seed and prompt are its samples, and without a LoRA strength is nothing.
        Assert.Null(Of(1).Jobs.Stage("Cells g"));
        var (three, four) = (Cells(Of(1, 0.5, 0.25)), Cells(Of(1, 0.5, 0.25, 0.125)));
        Assert.Equal(4, three.Count);
        Assert.Equal(2, four.Except(three).Count());
        Assert.Equal([], three.Except(four));
    }

    [Fact]
    public void Grids_share_pictures_and_name_the_LoRAs_of_their_prompts()
    {
        var named = new GridPlan { Name = "a", Prompt = "sail_kun, sea <lora:NAME:1>", X = new(AxisKind.Replace, ["NAME", "sail_kun_v01"]) };
        var strengths = new GridAxis(AxisKind.Replace, [":1>", ":0.5>"]);
        // The text that is looked for is the first entry, and NAME is no LoRA.
        Assert.Throws<FileNotFoundException>(() => With(named with { Y = strengths }));
        named = named with { Prompt = "sail_kun, sea <lora:sail_kun_v01:1>", X = new(AxisKind.Replace, ["sail_kun_v01", "sail_kun_v03"]) };

        var graph = With(named with { Y = strengths }, named with { Name = "b", X = strengths, Y = named.X }).Jobs;

        Assert.Null(graph.Stage("Cells b"));
        Assert.Equal(
            ["sail_kun_v01 1", "sail_kun_v03 1", "sail_kun_v01 0.5", "sail_kun_v03 0.5"],
            graph.Stage("Cells a")!.Jobs.Select(job => ((DrawJob)job.Job).Loras.Single()).Select(lora => $"{lora.Name} {lora.Multiplier}"));
        Assert.Equal(["Train v01", "Train v03"], graph.Needs(graph.Stage("Cells a")!).Select(stage => stage.Label));
    }

    [Fact]
    public void A_large_grid_has_a_file_a_page()
    {
        var node = With(new GridPlan { Name = "g", X = new(AxisKind.Seed, [.. Enumerable.Range(1, 50).Select(seed => $"{seed}")]), Y = new(AxisKind.Steps, [.. Enumerable.Range(1, 50).Select(steps => $"{steps}")]), Pages = new(AxisKind.Guidance, ["1", "2"]), Format = PictureFormat.Webp })
            .Jobs.Stage("Grid g")!.Jobs.Single();

        Assert.Equal(
            ["artifacts/grids/g.webp", "artifacts/grids/g_2.webp", "artifacts/grids/g_3.webp", "artifacts/grids/g_4.webp", "artifacts/grids/g_5.webp", "artifacts/grids/g_6.webp"],
            node.Paths);
    }

    private static PlanGraph With(params GridPlan[] grids)
    {
        var plan = Plan.Load(Path.Combine(Repository.Root, "lora.pipeline.yaml"), "tiny");
        return PlanGraph.From(plan with { Evaluation = plan.Evaluation with { Grids = grids } }, Repository.Root);
    }

    private static PlanGraph Saving(SaveOptions saves, Func<VersionPlan, VersionPlan> change, Func<EvaluationPlan, EvaluationPlan>? evaluation = null)
    {
        var plan = Plan.Load(Path.Combine(Repository.Root, "lora.pipeline.yaml"), "tiny");
        return PlanGraph.From(
            plan with
            {
                Versions = [.. plan.Versions.Select((version, i) => i > 0 ? version : change(version with { Training = version.Training with { Saves = saves } }))],
                Evaluation = evaluation?.Invoke(plan.Evaluation) ?? plan.Evaluation,
            },
            Repository.Root);
    }

    private static List<ContentHash> Cells(PlanGraph graph) => [.. graph.Jobs.Stage("Cells g")!.Jobs.Select(job => Samples.KeyOf(job.Job))];

    private static IEnumerable<string> Lines(PlanGraph graph) => graph.Jobs.Stages.SelectMany(stage => stage.Jobs.Select(job =>
        $"{stage.Label}, {stage.Weight}, {stage.Memory?.Invoke()}: {job.Id} → {string.Join(", ", job.Paths)}\n{string.Join("\n", new JobFingerprint(Samples.Find, Samples.Facts).Entries(job.Job))}"));
}
