using Slipway.Engine.Caching;
using Slipway.Engine.Jobs;
using Slipway.Pipeline.Datasets;
using Slipway.Pipeline.Graph;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Sections;
using Slipway.Pipeline.Tests.Jobs;
using Slipway.Pipeline.Tests.Plans;

namespace Slipway.Pipeline.Tests.Graph;

/// <summary>Backgrounds and pictures as people have them: their own, and of several sizes.</summary>
public sealed class BackgroundsTests : IDisposable
{
    private static readonly Plan Shipped = Plan.Load(Path.Combine(Repository.Root, "lora.pipeline.yaml"), "tiny");

    private readonly string _folder = Directory.CreateTempSubdirectory("slipway-photos-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_alone_or_beside_drawn_ones_gives_composites()
    {
        Photos("beach/a.jpg", "forest/b.png", "c.webp", ".hidden/d.png", "beach/notes.txt", "beach/e-masklabel.png", "beach/a_mask.png");

        var alone = Graph(new BackgroundsPlan { Source = BackgroundSource.Folder, Folder = _folder }).Jobs;
        Assert.Null(alone.Stage("Backgrounds"));
        Assert.Equal(["photo_beach_a", "photo_c", "photo_forest_b"], alone.Stage("Composites")!.Jobs.Select(job => job.Label));
        Assert.All(Composites(alone), job => Assert.Equal((new PictureSize(64, 64), true), (job.Size, job.Background is FileRef)));

        var both = Graph(Shipped.Backgrounds with { Source = BackgroundSource.Both, Folder = _folder, Count = 4 }).Jobs;
        Assert.Equal(["000", "001", "002", "003", "photo_beach_a", "photo_c", "photo_forest_b"], both.Stage("Composites")!.Jobs.Select(job => job.Label));
        Assert.Equal(["photo_beach_a", "photo_c", "photo_forest_b"], both.Stage("Tags")!.Jobs.Skip(4).Select(job => job.Label));
    }

    [Fact]
    public void A_new_photo_costs_its_own_composite()
    {
        Photos("beach/b.jpg", "forest/b.png", "forest/c.png");
        var before = Keys();
        Photos("beach/a.jpg");
        var after = Keys();
        Assert.Equal((3, 4), (before.Count, after.Count));
        Assert.Empty(before.Except(after));
    }

    [Fact]
    public void Of_more_than_the_count_a_draw_chooses_evenly_of_each_kind_and_one_more_changes_at_most_one()
    {
        Photos([.. Enumerable.Range(0, 9).Select(i => $"beach/{i}.jpg"), .. Enumerable.Range(0, 2).Select(i => $"forest/{i}.jpg"), .. Enumerable.Range(0, 30).Select(i => $"{i}.jpg")]);
        var chosen = PhotoFolder.List(_folder, "/").Choose(9, seed: 5);
        Assert.Equal([("", 4), ("beach", 3), ("forest", 2)], chosen.CountBy(photo => photo.Kind).OrderBy(kind => kind.Key, StringComparer.Ordinal).Select(kind => (kind.Key, kind.Value)));
        Assert.NotEqual(chosen, PhotoFolder.List(_folder, "/").Choose(9, seed: 6));

        Photos("beach/new.jpg");
        Assert.InRange(chosen.Except(PhotoFolder.List(_folder, "/").Choose(9, seed: 5)).Count(), 0, 1);
    }

    [Fact]
    public void Files_of_one_name_have_names_of_their_own()
    {
        Photos("a.jpg", "a.png", "b_c.jpg", "b/c.jpg", "A.webp");
        var labels = PhotoFolder.Labels(PhotoFolder.List(_folder, "/").Photos);
        Assert.Equal(5, labels.Select(label => label.ToLowerInvariant()).Distinct().Count());
    }

    [Fact]
    public void Sizes_are_drawn_evenly_over_kinds_and_trained_in_buckets()
    {
        IReadOnlyList<PictureSize> sizes = [new(64, 64), new(48, 80), new(80, 48)];
        var kinds = Shipped.Backgrounds.Prompts.Take(2).ToList();
        var graph = Graph(Shipped.Backgrounds with { Sizes = sizes, Count = 12, Prompts = kinds });
        var drawn = graph.Jobs.Stage("Backgrounds")!.Jobs.Select(job => (DrawJob)job.Job).ToList();
        var counted = drawn.CountBy(job => (job.Prompt, job.Resolution, job.Height ?? job.Resolution)).ToList();
        Assert.Equal(6, counted.Count);
        Assert.All(counted, one => Assert.Equal(2, one.Value));
        Assert.NotNull(((TrainJob)graph.Lora("v03").Jobs[0].Job).Subsets[0].Buckets);
    }

    [Fact]
    public void A_square_of_the_resolution_has_the_keys_that_it_has_without_sizes()
    {
        var square = new PictureSize(Shipped.Resolution, Shipped.Resolution);
        var (without, with) = (PlanGraph.From(Shipped, Repository.Root).Jobs, Graph(Shipped.Backgrounds with { Sizes = [square] }).Jobs);
        foreach (var stage in (string[])["Backgrounds", "Composites", "Tags"])
            Assert.Equal(without.Stage(stage)!.Jobs.Select(job => Samples.KeyOf(job.Job)), with.Stage(stage)!.Jobs.Select(job => Samples.KeyOf(job.Job)));
    }

    [Fact]
    public void Sizes_of_the_evaluation_are_taken_in_turn_by_the_prompts()
    {
        var plan = PlanFile.Load("seeds: [1, 2]", "seeds: [1, 2]\n  sizes: [64x64, 48x80]\n  drift_seeds: 1", null).Evaluation;
        Assert.Equal([new PictureSize(64, 64)], plan.Prompts.Select(prompt => prompt.Size!));
        var requests = new SampleSettings([new("a", "a"), new("b", "b") { Size = new(48, 80) }], [1], 1, new(), 64).Requests();
        Assert.Equal([(64, 64), (48, 80)], requests.Select(request => (request.Width, request.Height)));
    }

    [Fact]
    public void A_size_beside_a_prompt_is_that_prompts_and_the_others_take_theirs_in_turn()
    {
        const string Two = "prompts: { beach: boat_kun on sand }";
        var plan = PlanFile.Load(Two, "prompts: { beach: boat_kun on sand, sea: { prompt: boat_kun at sea, size: 48x80 } }").Evaluation;
        Assert.Equal([("beach", "boat_kun on sand", null), ("sea", "boat_kun at sea", new PictureSize(48, 80))], plan.Prompts.Select(prompt => (prompt.Kind, prompt.Prompt, prompt.Size)));
        var turns = PlanFile.Load(Two, "sizes: [80x48]\n  prompts: { beach: boat_kun on sand, sea: { prompt: boat_kun at sea, size: 48x80 } }").Evaluation;
        Assert.Equal([new PictureSize(80, 48), new PictureSize(48, 80)], turns.Prompts.Select(prompt => prompt.Size!));
    }

    /// <summary>Whether a text stands alone or in a mapping, and a size beside it or in <c>sizes</c>, the same pictures are drawn: equal keys.</summary>
    [Fact]
    public void However_a_prompt_and_its_size_are_written_the_keys_are_the_same()
    {
        const string Prompts = "prompts: { beach: boat_kun on sand }";
        var plain = PlanFile.Load();
        Assert.Equal(plain.Evaluation.Prompts, PlanFile.Load(Prompts, "prompts: { beach: { prompt: boat_kun on sand } }").Evaluation.Prompts);
        Assert.Equal(PlanFile.Load(Prompts, "sizes: [48x80]\n  " + Prompts).Evaluation.Prompts, PlanFile.Load(Prompts, "prompts: { beach: { prompt: boat_kun on sand, size: 48x80 } }").Evaluation.Prompts);
        var settings = new SampleSettings(plain.Evaluation.Prompts, [1], 1, new(), 64);
        var job = new SamplesJob(new ModelUse([], "m", null, "cpu", "no", 1), "m", [], settings);
        Assert.NotEqual(Samples.KeyOf(job), Samples.KeyOf(job with { Samples = settings with { Prompts = [plain.Evaluation.Prompts[0] with { Size = new(48, 80) }] } }));
    }

    [Theory]
    [InlineData("beach: { size: 48x80 }", "`evaluation.prompts.beach` has no `prompt`.")]
    [InlineData("beach: { prompt: a, size: 50x80 }", "`evaluation.prompts.beach.size` must be a size such as 832x1216")]
    [InlineData("beach: { prompt: a, sice: 48x80 }", "`evaluation.prompts.beach.sice` is not known here; did you mean `size`?")]
    [InlineData("beach: { prompt: [a] }", "`evaluation.prompts.beach.prompt` must be a text, but is a list.")]
    [InlineData("beach: [a]", "`evaluation.prompts.beach` must be a text, or { prompt: a text, size: a size }, but is a list.")]
    public void What_is_wrong_beside_a_prompt_is_said(string written, string problem) =>
        Assert.Contains(PlanFile.Problems("prompts: { beach: boat_kun on sand }", $"prompts: {{ {written} }}"), found => found.Contains(problem, StringComparison.Ordinal));

    [Theory]
    [InlineData("backgrounds:", "backgrounds:\n  source: folder", "`backgrounds.folder` must be given for `source: folder`")]
    [InlineData("backgrounds:", "backgrounds:\n  folder: x", "`backgrounds.folder` must be given for `source: folder`")]
    [InlineData("backgrounds:", "backgrounds:\n  sizes: [100x64]", "must be a list of sizes such as [1024x1024, 832x1216]")]
    [InlineData("backgrounds:", "backgrounds:\n  sizes: [64]", "must be a list of sizes such as [1024x1024, 832x1216]")]
    public void What_is_wrong_is_said(string find, string replace, string problem) =>
        Assert.Contains(PlanFile.Problems(find, replace), found => found.Contains(problem, StringComparison.Ordinal));

    [Fact]
    public void Pictures_of_ones_own_need_no_prompts()
    {
        var plan = PlanFile.Load("backgrounds:\n  prompts: { beach: sand and sea }", "backgrounds: { source: folder, folder: my/photos }");
        Assert.Equal((BackgroundSource.Folder, "my/photos", null), (plan.Backgrounds.Source, plan.Backgrounds.Folder, plan.Backgrounds.Known));
    }

    private static PlanGraph Graph(BackgroundsPlan backgrounds) => PlanGraph.From(Shipped with { Backgrounds = backgrounds }, Repository.Root);

    private static IEnumerable<CompositeJob> Composites(JobGraph graph) => graph.Stage("Composites")!.Jobs.Select(job => (CompositeJob)job.Job);

    private List<ContentHash> Keys() => [.. Composites(Graph(new BackgroundsPlan { Source = BackgroundSource.Folder, Folder = _folder, Sizes = [new(64, 64), new(48, 80)] }).Jobs).Select(job => Samples.KeyOf(job))];

    private void Photos(params string[] names)
    {
        foreach (var path in names.Select(name => Path.Combine(_folder, name)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, path);
        }
    }
}
