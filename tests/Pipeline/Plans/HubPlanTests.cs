using Slipway.Engine.Caching;
using Slipway.Hub;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Sections;

namespace Slipway.Pipeline.Tests.Plans;

public sealed class HubPlanTests : IDisposable
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";
    private const string Profile = "  tiny: { base_model: base, resolution: 64, tagger: { model: t.onnx, tags: t.csv } }";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_plan_names_a_file_of_the_hub_with_what_its_bytes_must_be()
    {
        var hash = ContentHash.Of("boat");
        var plan = PlanFile.Load(Profile, With($"sdxl: {{ repository: yard/boats, revision: {Commit}, file: boat.safetensors, size: 7, sha256: {hash.ToString().ToUpperInvariant()} }}"));

        Assert.Equal("hub:sdxl", plan.BaseModel);
        Assert.Equal([new WantedFile(new HubFile("yard/boats", Commit, "boat.safetensors"), hash, 7)], plan.Hub.Single().Wanted);
    }

    [Theory]
    [InlineData("sdxl: { repository: boats, file: x }", "`hub.sdxl.repository` must be a repository such as")]
    [InlineData("sdxl: { repository: yard/boats, file: ../x }", "`hub.sdxl.file` must be the path of a file in the repository")]
    [InlineData("sdxl: { repository: yard/boats, revision: ../x, file: x }", "`hub.sdxl.revision` must be a commit, a branch or a tag")]
    [InlineData("sdxl: { repository: yard/boats, file: x, sha256: abc }", "`hub.sdxl.sha256` must be 64 hexadecimal digits")]
    [InlineData("sdxl: { repository: yard/boats }", "`hub.sdxl.file` is missing")]
    [InlineData("sdxl: { repository: yard/boats, file: x, files: [y] }", "`hub.sdxl.files` is given beside `file`")]
    [InlineData("sdlx: { repository: yard/boats, file: x }", "`base_model` names no entry of `hub`: `sdxl`; did you mean `sdlx`?")]
    public void What_cannot_be_is_refused(string entry, string expected) => Assert.Contains(PlanFile.Problems(Profile, With(entry)), problem => problem.Contains(expected, StringComparison.Ordinal));

    [Fact]
    public void What_is_not_on_this_machine_is_said_with_the_target_that_brings_it()
    {
        var plan = PlanFile.Load(Profile, With("sdxl: { repository: yard/boats, file: boat.safetensors }"));

        var error = Assert.Throws<FileNotFoundException>(() => LocatedPlan.Require(plan));
        Assert.Equal("`base_model` is yard/boats@main/boat.safetensors of the hub, which is not on this machine yet: ./build.sh --target=Fetch --profile=tiny brings it.", error.Message);
    }

    [Fact]
    public void A_file_is_found_in_the_hub_s_cache_by_its_commit()
    {
        var file = _folder.Write($"hub/models--yard--boats/snapshots/{Commit}/boat.safetensors", "boat");

        Assert.Equal(file, Places().Find(Entry(Commit)));
        Assert.Null(Places().Find(Entry("main")));
    }

    [Fact]
    public void A_branch_stands_for_the_commit_that_the_lock_file_knows_whatever_other_tools_have_fetched_since()
    {
        const string Later = "ffffffffffffffffffffffffffffffffffffffff";
        var file = _folder.Write($"hub/models--yard--boats/snapshots/{Commit}/boat.safetensors", "boat");
        _folder.Write($"hub/models--yard--boats/snapshots/{Later}/boat.safetensors", "later");
        _folder.Write("hub/models--yard--boats/refs/main", Later);
        new LockFile(_folder["plan.lock.yaml"]).Set("yard/boats@main/boat.safetensors", new LockedFile(Commit, 4, ContentHash.Of("boat")));

        Assert.Equal(file, Places().Find(Entry("main")));
    }

    [Fact]
    public void Several_files_stand_for_the_folder_that_they_lie_in_once_all_are_there()
    {
        var entry = new HubPlan { Repository = "yard/boats", Revision = Commit, Files = ["unet/config.json", "vae/config.json"] };
        _folder.Write($"hub/models--yard--boats/snapshots/{Commit}/unet/config.json", "{}");
        Assert.Null(Places().Find(entry));

        _folder.Write($"hub/models--yard--boats/snapshots/{Commit}/vae/config.json", "{}");
        Assert.Equal(_folder[$"hub/models--yard--boats/snapshots/{Commit}"], Places().Find(entry));
    }

    [Fact]
    public void A_path_may_begin_with_the_user_s_folder()
    {
        var plan = PlanFile.Load("base_model: base", "base_model: ~/models/base.safetensors");
        Assert.Equal(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), "models/base.safetensors"), plan.BaseModel);
    }

    [Fact]
    public void A_checkpoint_alone_takes_the_vocabulary_of_the_hub_s_cache_and_one_with_files_of_its_own_does_not()
    {
        var plan = _folder.Write("plan.yaml", PlanFile.Good.Replace("base_model: base", "base_model: alone.safetensors", StringComparison.Ordinal));
        _folder.Write("alone.safetensors", "");
        Assert.Null(Load().Tokenizer);

        foreach (var file in ClipVocabulary.Files.Select(entry => entry.Wanted[0].File))
            _folder.Write($"hub/models--stabilityai--stable-diffusion-xl-base-1.0/snapshots/{file.Revision}/{file.Path}", "");
        Assert.EndsWith($"{ClipVocabulary.Files[0].Revision}/tokenizer", Load().Tokenizer, StringComparison.Ordinal);

        // What lies beside it belongs to it, and would be read no longer.
        _folder.Write("scheduler/scheduler_config.json", "{}");
        Assert.Null(Load().Tokenizer);

        Slipway.Pipeline.Plans.Plan Load() => LocatedPlan.Load(plan, null, null, new HubSettings { Cache = _folder["hub"] });
    }

    [Fact]
    public void LoRAs_to_start_from_may_be_files_of_the_hub_too()
    {
        var text = PlanFile.Good
            .Replace("  v02:\n", "  v02:\n    network_weights: hub:sail\n    base_weights: [hub:style, mine.safetensors]\n", StringComparison.Ordinal)
            .Replace("backgrounds:", "hub: { sail: { repository: yard/boats, file: sail.safetensors }, style: { repository: yard/boats, file: style.safetensors } }\nbackgrounds:", StringComparison.Ordinal);
        var file = _folder.Write("plan.yaml", text);
        var missing = Assert.Throws<FileNotFoundException>(() => LocatedPlan.Require(Load())).Message.Split('\n');
        Assert.StartsWith("`versions.v02.network_weights` is yard/boats@main/sail.safetensors of the hub, which is not on this machine yet", missing[0], StringComparison.Ordinal);
        Assert.StartsWith("`versions.v02.base_weights` is yard/boats@main/style.safetensors of the hub", missing[1], StringComparison.Ordinal);

        string[] there = [.. new[] { "sail", "style" }.Select(name => _folder.Write($"hub/models--yard--boats/snapshots/{Commit}/{name}.safetensors", name))];
        _folder.Write("hub/models--yard--boats/refs/main", Commit);

        var start = Load().Version("v02").Training.Network.Start;
        Assert.Equal((there[0], there[1], "mine.safetensors"), (start.NetworkWeights, start.BaseWeights[0], start.BaseWeights[1]));
        Assert.Equal("`versions.v02.network_weights` names no entry of `hub`: `sial`; did you mean `sail`?", Assert.Throws<Slipway.Pipeline.Plans.Yaml.PlanException>(() => PlanFile.LoadText(text.Replace("hub:sail\n", "hub:sial\n", StringComparison.Ordinal))).Problems.Select(problem => problem[(problem.IndexOf(' ', StringComparison.Ordinal) + 1)..]).First());

        Slipway.Pipeline.Plans.Plan Load() => LocatedPlan.Load(file, null, null, new HubSettings { Cache = _folder["hub"] });
    }

    private static string With(string entry) => $"  tiny: {{ base_model: \"hub:sdxl\", hub: {{ {entry} }}, resolution: 64, tagger: {{ model: t.onnx, tags: t.csv }} }}";

    private static HubPlan Entry(string revision) => new() { Repository = "yard/boats", Revision = revision, File = "boat.safetensors" };

    private HubPlaces Places() => LocatedPlan.Places(_folder["plan.yaml"], new HubSettings { Cache = _folder["hub"] });
}
