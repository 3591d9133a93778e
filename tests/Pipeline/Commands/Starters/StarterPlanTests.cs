using Slipway.Engine.Jobs;
using Slipway.Pipeline.Commands.Starters;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Tests.Commands.Starters;

public sealed class StarterPlanTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public StarterPlanTests() => File.Copy(Path.Combine(Repository.Root, "datasets", "sail_kun", "sail_kun.png"), _folder["my cat.png"]);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("tiny")]
    [InlineData("sdxl")]
    public void What_is_written_is_read_back(string profile)
    {
        Write("cat", "my cat.png", "cat: \"kun\"");
        var plan = Plan.Load(PlanFile, profile);
        Assert.Equal(("cat", "cat: \"kun\"", "my cat.png", profile == "tiny" ? 64 : 1024), (plan.Name, plan.TriggerWord, plan.Sprite, plan.Resolution));
        Assert.StartsWith("cat: \"kun\", beach, ", plan.Evaluation.Prompts[0].Prompt, StringComparison.Ordinal);
        Assert.Equal("v01", Assert.Single(plan.Versions).Name);
    }

    [Fact]
    public void The_models_that_it_names_are_those_of_the_shipped_plan()
    {
        Write("cat", "my cat.png");
        Assert.Equal(Plan.Load(Path.Combine(Repository.Root, "lora.pipeline.yaml"), "sdxl").Hub, Plan.Load(PlanFile, "sdxl").Hub);
    }

    [Fact]
    public async Task Status_tells_what_it_would_run()
    {
        Write("cat", "my cat.png");
        using var pipeline = SlipwayPipeline.Open(PlanFile, new PipelineOptions(), new Silent());
        Assert.Contains("Backgrounds: 100 would run, 0 reused", (await pipeline.StatusAsync(TestContext.Current.CancellationToken)).Lines());
    }

    /// <summary>Comments are the options' own words, and the embedded model is where the plan says.</summary>
    [Fact]
    public void Every_option_is_explained_and_every_path_leads_somewhere()
    {
        Write("cat", "my cat.png");
        var lines = File.ReadAllLines(PlanFile);
        Assert.Contains(lines, line => line.StartsWith("sprite: \"my cat.png\" ", StringComparison.Ordinal) && line.EndsWith("# The mascot, cut out: a PNG with transparency.", StringComparison.Ordinal));
        var plan = Plan.Load(PlanFile);
        Assert.All(new[] { plan.Sprite, plan.Tagger.Model, plan.Tagger.Tags }, file => Assert.True(File.Exists(_folder[file]), file));
        Assert.True(Directory.Exists(_folder[plan.BaseModel]));
        Assert.True(File.Exists(_folder[lines[1].Split('=')[1]]), lines[1]);
    }

    [Fact]
    public void A_plan_that_is_there_stays_as_it_is()
    {
        File.WriteAllText(PlanFile, "mine");
        Assert.Contains("exists, and stays as it is", Assert.Throws<ArgumentException>(() => Write("cat", "my cat.png")).Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(PlanFile));
    }

    [Theory]
    [InlineData(null, null, "needs --name=NAME and --sprite=FILE")]
    [InlineData("a/b", "my cat.png", "--name is 'a/b'; expected a name of")]
    [InlineData("cat", "dog.png", "--sprite is 'dog.png', which does not exist")]
    public void What_cannot_be_is_refused_and_nothing_is_written(string? name, string? sprite, string problem)
    {
        Assert.Contains(problem, Assert.Throws<ArgumentException>(() => Write(name, sprite)).Message, StringComparison.Ordinal);
        Assert.Equal(["my cat.png"], Names());
    }

    [Fact]
    public void A_trigger_word_that_no_plan_takes_is_refused_and_nothing_is_left()
    {
        Assert.Throws<PlanException>(() => Write("cat", "my cat.png", "cat, kun"));
        Assert.Equal(["my cat.png"], Names());
    }

    [Theory]
    [InlineData("my mascot's, 帆", null, "my_mascot_s", "my_mascot_s.png")]
    [InlineData("cat", "my cat.png", "cat", "cat.png")]
    [InlineData("帆", null, "mascot", "mascot.png")]
    public void A_folder_of_its_own_has_all_that_a_plan_needs(string folder, string? sprite, string name, string place)
    {
        var plan = Path.Combine(_folder[folder], "lora.pipeline.yaml");
        StarterPlan.Write(_folder.Path, plan, Repository.Root, option => (option switch { "out" => folder, "sprite" => sprite, _ => null }) is { } value ? [value] : [], new Silent());

        var read = Plan.Load(plan);
        Assert.Equal((name, name, place), (read.Name, read.TriggerWord, read.Sprite));
        Assert.Equal("/artifacts/\n/.slipway/\n/models/\n", File.ReadAllText(Path.Combine(_folder[folder], ".gitignore")));
        Assert.Equal(sprite is not null, File.Exists(Path.Combine(_folder[folder], place)));
        Assert.True(Directory.Exists(Path.Combine(_folder[folder], read.BaseModel)), read.BaseModel);
    }

    private string PlanFile => _folder["lora.pipeline.yaml"];

    private IEnumerable<string?> Names() => Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName);

    private void Write(string? name, string? sprite, string? word = null) =>
        StarterPlan.Write(_folder.Path, PlanFile, Repository.Root, option => (option switch { "name" => name, "sprite" => sprite, "out" => null, _ => word }) is { } value ? [value] : [], new Silent());

    private sealed class Silent : IProgressSink
    {
        public void Report(string stage, int done, int all, string? detail)
        {
        }

        public void End(string stage)
        {
        }

        public void Line(string text)
        {
        }

        public void Warn(string text)
        {
        }
    }
}
