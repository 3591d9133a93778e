using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;
using Slipway.Hub;
using Slipway.Hub.Tests;
using Slipway.Pipeline.Commands.Fetching;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Sections;

namespace Slipway.Pipeline.Tests.Commands.Fetching;

public sealed class FetchRunTests : IDisposable, IProgressSink
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeHub _hub = new();
    private readonly List<string> _lines = [];

    public void Dispose()
    {
        _hub.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_the_profile_refers_to_is_fetched_and_once_there_not_asked_for_again()
    {
        var (model, tagger) = (_hub.Add("boat.safetensors", 5000), _hub.Add("model.onnx", 3000));
        Plan($"model: {Entry("boat.safetensors", model)}, tagger: {Entry("model.onnx", tagger)}, other: {Entry("other.onnx", tagger)}");

        Assert.Equal((2, 0), await FetchAsync());
        Assert.Equal(_hub.Settings(_folder).Cache, _folder["hub"]);
        var requests = _hub.Requests.Count;
        Assert.DoesNotContain(_hub.Requests, request => request.Path.EndsWith("other.onnx", StringComparison.Ordinal));

        Assert.Equal((0, 2), await FetchAsync());
        Assert.Equal(requests, _hub.Requests.Count);
        Assert.False(File.Exists(_folder["plan.lock.yaml"]));
    }

    [Fact]
    public async Task What_has_no_hash_in_the_plan_is_written_down_in_the_lock_file_and_stays_that_commit()
    {
        var model = _hub.Add("boat.safetensors", 5000);
        Plan($"model: {{ repository: {FakeHub.Repository}, file: boat.safetensors }}", tagger: "t.onnx");

        await FetchAsync();

        Assert.Equal(new LockedFile(FakeHub.Commit, 5000, ContentHash.Of(model)), new LockFile(_folder["plan.lock.yaml"]).FindFile($"{FakeHub.Repository}@main/boat.safetensors"));
        Assert.Contains(_lines, line => line.Contains($"written down in plan.lock.yaml: sha256 {ContentHash.Of(model)}, 5000 bytes, commit {FakeHub.Commit}", StringComparison.Ordinal));

        // The branch has moved on and the cache is lost: the same commit is fetched, and other bytes are refused.
        Directory.Delete(_folder["hub"], recursive: true);
        _hub.Main = "ffffffffffffffffffffffffffffffffffffffff";
        Assert.Equal((1, 0), await FetchAsync());
        Directory.Delete(_folder["hub"], recursive: true);
        _hub.Add("boat.safetensors", 6000);
        await Assert.ThrowsAsync<DifferenceException>(() => FetchAsync());
    }

    [Fact]
    public async Task Locked_nothing_new_is_written_down()
    {
        _hub.Add("boat.safetensors", 5000);
        Plan($"model: {{ repository: {FakeHub.Repository}, file: boat.safetensors }}", tagger: "t.onnx");

        await Assert.ThrowsAsync<DifferenceException>(() => FetchAsync(isLocked: true));
        Assert.False(File.Exists(_folder["plan.lock.yaml"]));
        Assert.DoesNotContain(_hub.Requests, request => request.Method == "GET");
    }

    [Theory]
    [InlineData("webui/renamed.safetensors", "webui")]
    [InlineData("models/mine.safetensors", null)]
    public async Task A_file_that_is_there_under_another_name_is_found_by_its_hash(string path, string? from)
    {
        var model = _hub.Add("boat.safetensors", 5000);
        Write(path, model);
        Plan($"model: {Entry("boat.safetensors", model)}", tagger: "t.onnx");

        Assert.Equal((0, 1), await FetchAsync(from: from));

        Assert.Empty(_hub.Requests);
        var found = LocatedPlan.Places(PlanPath, Settings).Find(Plans.PlanFile.LoadText(File.ReadAllText(PlanPath)).Hub.Single());
        Assert.Equal("boat.safetensors", Path.GetFileName(found));
        Assert.Equal(model, File.ReadAllBytes(found!));
        Assert.Equal(_folder[path], new FileInfo(found!).LinkTarget);
    }

    /// <summary>Its size, by which it is found without every file being read, is the hub's; offline every file is read.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_is_found_by_its_hash_alone(bool isOffline)
    {
        var model = _hub.Add("boat.safetensors", 5000);
        Write("webui/renamed.safetensors", model);
        Plan($"model: {{ repository: {FakeHub.Repository}, revision: {FakeHub.Commit}, file: boat.safetensors, sha256: {ContentHash.Of(model)} }}", tagger: "t.onnx");

        Assert.Equal((0, 1), await FetchAsync(from: "webui", isOffline: isOffline));

        Assert.Equal(isOffline ? [] : ["HEAD"], _hub.Requests.Select(request => request.Method).Distinct());
    }

    [Fact]
    public async Task A_file_whose_hash_only_the_hub_knows_is_found_too()
    {
        var model = _hub.Add("boat.safetensors", 5000);
        Write("models/mine.safetensors", model);
        Plan($"model: {{ repository: {FakeHub.Repository}, revision: {FakeHub.Commit}, file: boat.safetensors }}", tagger: "t.onnx");

        Assert.Equal((0, 1), await FetchAsync());

        Assert.Equal(["HEAD"], _hub.Requests.Select(request => request.Method).Distinct());
        Assert.Equal(ContentHash.Of(model), new LockFile(_folder["plan.lock.yaml"]).FindFile($"{FakeHub.Repository}@{FakeHub.Commit}/boat.safetensors")?.Hash);
    }

    [Fact]
    public async Task A_file_that_was_changed_since_is_no_longer_that_of_the_plan()
    {
        var model = _hub.Add("boat.safetensors", 5000);
        Plan($"model: {Entry("boat.safetensors", model)}", tagger: "t.onnx");
        await FetchAsync();
        var path = LocatedPlan.Places(PlanPath, Settings).Find(Plans.PlanFile.LoadText(File.ReadAllText(PlanPath)).Hub.Single())!;
        File.WriteAllBytes(path, new byte[5000]);

        var error = await Assert.ThrowsAsync<DifferenceException>(() => FetchAsync());
        Assert.Contains($"expected sha256 {ContentHash.Of(model)}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_in_a_single_file_needs_the_vocabulary_too_where_none_is_named()
    {
        Plan($"model: {{ repository: {FakeHub.Repository}, file: boat.safetensors }}", tagger: "t.onnx");
        var plan = Plans.PlanFile.LoadText(File.ReadAllText(PlanPath));

        Assert.Equal(["model", "tokenizer/vocab.json", "tokenizer/merges.txt"], Run().Wanted(plan with { Tokenizer = null }).Select(file => file.Name));
        Assert.Equal(["model"], Run().Wanted(plan).Select(file => file.Name));
    }

    [Fact]
    public async Task The_vocabulary_is_found_in_its_own_folder_so_that_no_configuration_of_another_model_comes_with_it()
    {
        // As another tool has left SDXL in diffusers' layout.
        var (vocabulary, merges) = (ClipVocabulary.Files[0].Wanted[0].File, ClipVocabulary.Files[1].Wanted[0].File);
        var snapshot = $"hub/models--stabilityai--stable-diffusion-xl-base-1.0/snapshots/{vocabulary.Revision}";
        _folder.Write($"{snapshot}/unet/config.json", "{}");
        Assert.Null(LocatedPlan.Places(PlanPath, Settings).Vocabulary());
        _folder.Write($"{snapshot}/{vocabulary.Path}", "{}");
        _folder.Write($"{snapshot}/{merges.Path}", "");

        Assert.Equal(_folder[$"{snapshot}/tokenizer"], LocatedPlan.Places(PlanPath, Settings).Vocabulary());
        await Task.CompletedTask;
    }

    [Fact]
    public async Task A_plan_without_files_of_the_hub_and_a_folder_that_is_not_there_are_refused()
    {
        _folder.Write("plan.yaml", Plans.PlanFile.Good);
        Assert.Contains("refers to no file of the hub", (await Assert.ThrowsAsync<ArgumentException>(() => FetchAsync())).Message, StringComparison.Ordinal);
        Assert.Contains("is no folder", (await Assert.ThrowsAsync<ArgumentException>(() => FetchAsync(from: "nowhere"))).Message, StringComparison.Ordinal);
    }

    void IProgressSink.Report(string stage, int done, int all, string? detail) => Assert.InRange(done, 0, all);

    void IProgressSink.End(string stage)
    {
    }

    void IProgressSink.Line(string text) => _lines.Add(text);

    void IProgressSink.Warn(string text) => _lines.Add(text);

    private string PlanPath => _folder["plan.yaml"];

    private HubSettings Settings => _hub.Settings(_folder);

    private static string Entry(string file, byte[] bytes) =>
        $"{{ repository: {FakeHub.Repository}, revision: {FakeHub.Commit}, file: {file}, size: {bytes.Length}, sha256: {ContentHash.Of(bytes)} }}";

    private void Plan(string entries, string tagger = "\"hub:tagger\"") => _folder.Write("plan.yaml", Plans.PlanFile.Good.Replace(
        "{ base_model: base, resolution: 64, tagger: { model: t.onnx, tags: t.csv } }",
        $"{{ base_model: \"hub:model\", tokenizer: words, hub: {{ {entries} }}, resolution: 64, tagger: {{ model: {tagger}, tags: t.csv }} }}",
        StringComparison.Ordinal));

    private FetchRun Run(string? from = null, bool isLocked = false, bool isOffline = false) => new(PlanPath, null, Settings with { IsOffline = isOffline }, this)
    {
        Folders = from is null ? [] : [_folder[from]],
        IsLocked = isLocked,
        Timing = new HubTiming { Pause = TimeSpan.FromMilliseconds(1), Attempts = 2 },
    };

    private Task<(int Fetched, int There)> FetchAsync(string? from = null, bool isLocked = false, bool isOffline = false) => Run(from, isLocked, isOffline).RunAsync(TestContext.Current.CancellationToken);

    private void Write(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[path])!);
        File.WriteAllBytes(_folder[path], bytes);
    }
}
