using System.Text.Json;
using Slipway.Diffusion.Files;
using Slipway.Engine.Caching;
using Slipway.Pipeline.Commands.Origins;
using TorchSharp;

namespace Slipway.Pipeline.Tests.Commands.Origins;

public sealed class OriginTests : IDisposable
{
    private static readonly DateTime Noon = new(2026, 11, 29, 12, 0, 0, DateTimeKind.Utc);
    private readonly TemporaryFolder _folder = new();
    private readonly Cache _cache;

    public OriginTests()
    {
        _cache = new Cache(_folder.Path, _ => { });
        _folder.Write("sprite.png", "sprite");
        foreach (var item in new[] { "000", "001" })
        {
            Make("Backgrounds", item, $"artifacts/backgrounds/{item}.png", 2, Setting("seed", $"10{item}"), Setting("prompt", "beach"));
            Make("Composites", item, $"artifacts/dataset/{item}.png", 0.5, Setting("scale", "0.6"), User("sprite", "sprite.png"), Made("background", $"artifacts/backgrounds/{item}.png"));
        }

        MakeLora("v01", "0.004");
        MakeLora("v02", "0.001");
    }

    public void Dispose()
    {
        _cache.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_file_is_explained_down_to_the_users_own_each_stage_once() =>
        Assert.Equal(
            $"""
            artifacts/lora/v01.safetensors: SHA-256 {HashOf("artifacts/lora/v01.safetensors")}
            Train v01, key {KeyOf("Train v01", "v01")}, 2026-11-29 12:00 UTC, 1.5 min
              settings: learning_rate 0.004
              environment: code version 7, libtorch 2.10
              mask: your sprite.png {HashOf("sprite.png").ToString()[..12]}
              image: 2 files of Composites
                Composites, 2 items (000, 001, …), until 2026-11-29 12:00 UTC, 1.0 s together
                  settings: scale 0.6
                  sprite: your sprite.png, see above
                  background: 2 files of Backgrounds
                    Backgrounds, 2 items (000, 001, …), until 2026-11-29 12:00 UTC, 4.0 s together
                      settings: seed 2 different (10000, 10001, …), prompt beach
            """,
            string.Join("\n", OriginText.Lines(Explain("artifacts/lora/v01.safetensors"))));

    [Fact]
    public void What_came_from_the_remote_cache_says_so()
    {
        const string There = "https://cache.example.org/slipway";
        foreach (var key in new[] { Key("Train v01", "v01"), Key("Composites", "001") })
            _cache.Actions.Put(key, _cache.Actions.TryGet(key)! with { From = There });

        var origin = Explain("artifacts/lora/v01.safetensors");
        var lines = OriginText.Lines(origin);

        Assert.StartsWith($"Train v01, key {KeyOf("Train v01", "v01")}, from {There}, ", lines[1], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith($"    Composites, 2 items (000, 001, …), 1 of them from {There}, until ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("        Backgrounds, 2 items (000, 001, …), until ", StringComparison.Ordinal));
        using var document = JsonDocument.Parse(OriginText.Json(origin));
        Assert.Equal([null, There], document.RootElement.GetProperty("steps")[1].GetProperty("items").EnumerateArray().Select(item => item.GetProperty("from").GetString()));
    }

    [Fact]
    public void What_has_become_of_the_users_files_is_said()
    {
        _folder.Write("sprite.png", "another");
        Assert.Contains(OriginText.Lines(Explain("artifacts/dataset/000.png")), line => line.EndsWith(" (it has changed since)", StringComparison.Ordinal));

        File.Delete(_folder["sprite.png"]);
        Assert.Contains(OriginText.Lines(Explain("artifacts/dataset/000.png")), line => line.EndsWith(" (it is no longer there)", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_is_known_by_its_content_wherever_it_lies()
    {
        File.Copy(_folder["artifacts/dataset/001.png"], _folder["elsewhere.bin"]);
        var hash = HashOf("artifacts/dataset/001.png").ToString();

        Assert.Equal("001", Assert.Single(Explain("elsewhere.bin").Steps[0].Results).Item);
        Assert.Equal("001", Assert.Single(Explain(hash).Steps[0].Results).Item);
        Assert.Equal("001", Assert.Single(Explain(hash[..8]).Steps[0].Results).Item);
    }

    [Theory]
    [InlineData("artifacts/nothing.png", "'artifacts/nothing.png' is no file here, and no SHA-256 (its first 8 digits are enough); name a file such as artifacts/lora/x.safetensors.")]
    [InlineData("abc", "'abc' is no file here, and no SHA-256 (its first 8 digits are enough); name a file such as artifacts/lora/x.safetensors.")]
    [InlineData("00000000", "No result of the cache has a file whose SHA-256 begins with 00000000.")]
    public void What_is_not_there_is_named(string output, string expected) =>
        Assert.Equal(expected, Assert.Throws<FileNotFoundException>(() => Explain(output)).Message);

    [Fact]
    public void A_file_of_which_nothing_is_known_is_refused()
    {
        _folder.Write("note.txt", "mine");
        Assert.Equal(
            $"'note.txt' (SHA-256 {HashOf("note.txt")}) is no result of this cache, and does not say itself what it came from.",
            Assert.Throws<InvalidDataException>(() => Explain("note.txt")).Message);
    }

    [Fact]
    public void Records_that_are_gone_are_told_and_the_rest_stays()
    {
        File.Delete(_cache.Actions.PathOf(Key("Composites", "000")));
        Assert.Contains("  image: 1 file, whose records are no longer in the cache", OriginText.Lines(Explain("artifacts/lora/v01.safetensors")));
        Assert.Contains("  image: 1 file of Composites", OriginText.Lines(Explain("artifacts/lora/v01.safetensors")));
    }

    [Fact]
    public void A_LoRA_from_elsewhere_is_explained_by_its_own_metadata()
    {
        var manifest = JsonSerializer.Serialize(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["base_model"] = ContentHash.Of("their model").ToString(),
            ["image/000.png"] = HashOf("artifacts/dataset/000.png").ToString(),
        });
        using var value = torch.zeros(1);
        SafetensorsWriter.Write(_folder["theirs.safetensors"], [new("x", value)], new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["slipway.fingerprint"] = ContentHash.Of("their key").ToString(),
            ["slipway.manifest"] = manifest,
            ["slipway.versions"] = """{"slipway":"0.1.0"}""",
            ["ss_output_name"] = "theirs",
            ["ss_learning_rate"] = "0.5",
            ["ss_network_dropout"] = "None",
        });

        var lines = OriginText.Lines(Explain("theirs.safetensors"));

        Assert.Equal("Its result is not in this cache: this is what its own metadata says, in which a training's settings stand as `ss_*`.", lines[1]);
        Assert.Equal("  settings: ss_learning_rate 0.5, ss_output_name theirs", lines[3]);
        Assert.Equal("  environment: slipway 0.1.0", lines[4]);
        Assert.Equal($"  base_model: your base_model {ContentHash.Of("their model").ToString()[..12]}", lines[5]);
        Assert.Equal("  image: 1 file of Composites", lines[6]);
    }

    [Fact]
    public void A_LoRA_whose_metadata_was_edited_is_found_by_its_key()
    {
        using var value = torch.zeros(1);
        SafetensorsWriter.Write(_folder["edited.safetensors"], [new("x", value)], new Dictionary<string, string>(StringComparer.Ordinal) { ["slipway.fingerprint"] = Key("Train v01", "v01").ToString() });

        var origin = Explain("edited.safetensors");

        Assert.Equal("Train v01", origin.Steps[0].Stage);
        Assert.StartsWith("Its bytes are not those that the cache knows", origin.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_histories_differ_in_what_was_said_and_not_in_what_followed()
    {
        var before = Explain("artifacts/dataset/000.png");
        _folder.Write("sprite.png", "another sprite");
        Make("Composites", "000", "artifacts/dataset/000.png", 0.5, Setting("scale", "0.6"), User("sprite", "sprite.png"), Made("background", "artifacts/backgrounds/000.png"));
        MakeLora("v03", "0.004");

        Assert.Equal(
            ["artifacts/lora/v01.safetensors → artifacts/lora/v02.safetensors", "  Train v01 → Train v02: `learning_rate` 0.004 → 0.001"],
            Difference("artifacts/lora/v01.safetensors", "artifacts/lora/v02.safetensors"));
        Assert.Equal(
            ["artifacts/lora/v01.safetensors → artifacts/lora/v03.safetensors", "  Train v01 → Train v03: mask changed (sprite.png)", "  Composites (1 of 2 items): sprite changed (sprite.png)"],
            Difference("artifacts/lora/v01.safetensors", "artifacts/lora/v03.safetensors"));
        Assert.Equal(
            ["artifacts/lora/v01.safetensors → artifacts/lora/v01.safetensors", "The same bytes.", "  Nothing that they came from is different."],
            Difference("artifacts/lora/v01.safetensors", "artifacts/lora/v01.safetensors"));
        Assert.Equal("000", before.Steps[0].Results[0].Item);
    }

    [Fact]
    public void Machines_get_every_item_with_its_files_and_inputs()
    {
        using var document = JsonDocument.Parse(OriginText.Json(Explain("artifacts/lora/v01.safetensors")));
        var steps = document.RootElement.GetProperty("steps");

        Assert.Equal(["Train v01", "Composites", "Backgrounds"], steps.EnumerateArray().Select(step => step.GetProperty("stage").GetString()));
        Assert.Equal(2, steps[1].GetProperty("items").GetArrayLength());
        var composite = steps[1].GetProperty("items")[0];
        Assert.Equal(("2026-11-29T12:00:00Z", 0.5), (composite.GetProperty("made").GetString(), composite.GetProperty("seconds").GetDouble()));
        Assert.Equal(("sprite.png", "same"), (composite.GetProperty("files")[0].GetProperty("path").GetString(), composite.GetProperty("files")[0].GetProperty("now").GetString()));
        Assert.Equal("Backgrounds", composite.GetProperty("made_of")[0].GetProperty("stage").GetString());
    }

    [Fact]
    public void A_document_for_machines_has_every_member_in_its_place()
    {
        var hash = ContentHash.Of("abc");
        var whole = new OriginResult("<帆>", hash)
        {
            From = "https://example.org/?a&b",
            Made = new DateTimeOffset(2026, 11, 29, 13, 0, 0, TimeSpan.FromHours(1)),
            Took = TimeSpan.FromSeconds(0.5),
            Settings = [KeyValuePair.Create("caption", "\"+'\ud83d"), KeyValuePair.Create("a<b", "")],
            Environment = [KeyValuePair.Create("libtorch", "2.10")],
            Files = [new OriginFile("sprite", "帆.png", hash, OriginFileState.Changed)],
            Parts = [new OriginPart("image/0", "a.png", hash) { Stage = "Tags", Key = hash }, new OriginPart("image/1", "b.png", hash)],
        };
        var origin = new Origin("x.png", hash, [new OriginStep("Train", [whole, new OriginResult("b", hash)]), new OriginStep("Tags", [])]) { Note = null };

        Assert.Equal(
            $$"""
            {
              "output": {
                "name": "x.png",
                "sha256": "{{hash}}",
                "note": null
              },
              "steps": [
                {
                  "stage": "Train",
                  "items": [
                    {
                      "item": "<帆>",
                      "key": "{{hash}}",
                      "made": "2026-11-29T12:00:00Z",
                      "seconds": 0.5,
                      "from": "https://example.org/?a&b",
                      "settings": {
                        "caption": "\"+'\uFFFD",
                        "a<b": ""
                      },
                      "environment": {
                        "libtorch": "2.10"
                      },
                      "files": [
                        {
                          "role": "sprite",
                          "path": "帆.png",
                          "sha256": "{{hash}}",
                          "now": "changed"
                        }
                      ],
                      "made_of": [
                        {
                          "role": "image/0",
                          "path": "a.png",
                          "sha256": "{{hash}}",
                          "stage": "Tags",
                          "key": "{{hash}}"
                        },
                        {
                          "role": "image/1",
                          "path": "b.png",
                          "sha256": "{{hash}}",
                          "stage": null,
                          "key": null
                        }
                      ]
                    },
                    {
                      "item": "b",
                      "key": "{{hash}}",
                      "made": null,
                      "seconds": null,
                      "from": null,
                      "settings": {},
                      "environment": {},
                      "files": [],
                      "made_of": []
                    }
                  ]
                },
                {
                  "stage": "Tags",
                  "items": []
                }
              ]
            }
            """,
            OriginText.Json(origin));
    }

    [Fact]
    public void A_difference_for_machines_has_every_member_in_its_place()
    {
        var hash = ContentHash.Of("abc");
        Origin Of(string name, string caption, params OriginStep[] more) =>
            new(name, hash, [new OriginStep("Train", [new OriginResult("a", hash) { Entries = [Setting("caption", caption)] }]), .. more]);

        Assert.Equal(
            $$"""
            {
              "a": {
                "name": "<帆>",
                "sha256": "{{hash}}"
              },
              "b": {
                "name": "b+.png",
                "sha256": "{{hash}}"
              },
              "changes": [
                {
                  "stage": "Train",
                  "items": 1,
                  "of": 1,
                  "change": "`caption` \"'\uFFFD → 帆&"
                }
              ],
              "only_a": [
                "Tags"
              ],
              "only_b": []
            }
            """,
            OriginText.Json(OriginDifference.Between(Of("<帆>", "\"'\ud83d", new OriginStep("Tags", [])), Of("b+.png", "帆&"))));
    }

    private IReadOnlyList<string> Difference(string a, string b) => OriginText.Lines(OriginDifference.Between(Explain(a), Explain(b)));

    private Origin Explain(string output) => new OriginRun(_cache, _folder.Path).Explain(output);

    private void MakeLora(string version, string rate) => Make(
        $"Train {version}", version, $"artifacts/lora/{version}.safetensors", 90,
        Setting("learning_rate", rate), new FingerprintEntry(EntryKind.Code, "code version", "7", ContentHash.Of("7")), FingerprintEntry.Environment("libtorch", "2.10"), User("mask", "sprite.png"),
        Made("image/000.png", "artifacts/dataset/000.png"), Made("image/001.png", "artifacts/dataset/001.png"));

    /// <summary>A file and the record of what gave it, as a run leaves them. Its content is what it was made of.</summary>
    private void Make(string stage, string item, string path, double seconds, params FingerprintEntry[] entries)
    {
        _folder.Write(path, $"{stage} {item} of {string.Join(' ', entries.Select(entry => entry.Hash))}");
        var key = Key(stage, item);
        if (File.Exists(_cache.Actions.PathOf(key)))
            key = Key(stage, $"{item} again");
        var blob = new Blob(_cache.Hasher.TryRehash(_folder[path])!.Value, 1);
        _cache.Actions.Put(key, new ActionResult(stage, item, entries, [new ActionOutput(0, "", blob)], TimeSpan.FromSeconds(seconds)));
        File.SetLastWriteTimeUtc(_cache.Actions.PathOf(key), Noon);
    }

    private static ContentHash Key(string stage, string item) => ContentHash.Of($"{stage}/{item}");

    private static string KeyOf(string stage, string item) => Key(stage, item).ToString()[..12];

    private ContentHash HashOf(string path) => _cache.Hasher.TryRehash(_folder[path])!.Value;

    private static FingerprintEntry Setting(string name, string value) => FingerprintEntry.Parameter(name, value);

    private FingerprintEntry User(string role, string path) => new(EntryKind.File, role, path, HashOf(path));

    private FingerprintEntry Made(string role, string path) => FingerprintEntry.Output(role, path, HashOf(path), _folder[path]);
}
