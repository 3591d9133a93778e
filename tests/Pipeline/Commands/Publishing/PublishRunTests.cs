using System.Buffers.Binary;
using System.Text;
using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Pipeline.Commands.Publishing;
using Slipway.Pipeline.Commands.Snapshots;
using Slipway.Pipeline.Tests.Plans;

namespace Slipway.Pipeline.Tests.Commands.Publishing;

/// <summary>Which file is published: v01 has lost the background at its end, and had it when it saved on its way.</summary>
public sealed class PublishRunTests : IDisposable
{
    private const string Evaluation =
        """
        {
          "versions": {
            "base": { "mascot_presence": 0, "background_recall": 1, "drift": 0 },
            "v01": { "mascot_presence": 1, "background_recall": 0, "drift": 0.5 },
            "v02": { "mascot_presence": 0, "background_recall": 1, "drift": 0.1 }
          },
          "steps": { "v01": { "200": { "mascot_presence": 0.75, "background_recall": 1, "drift": 0.125 } } },
          "samples": [
            { "version": "base", "kind": "beach", "seed": 1, "file": "samples/base/beach_1.png", "mascot_presence": 0, "background_recall": 1 },
            { "version": "v01", "kind": "beach", "seed": 1, "file": "samples/v01/beach_1.png", "mascot_presence": 1, "background_recall": 0 },
            { "version": "v02", "kind": "beach", "seed": 1, "file": "samples/v02/beach_1.png", "mascot_presence": 0, "background_recall": 1 }
          ]
        }
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, OutputFile> _files = new(StringComparer.Ordinal);

    public PublishRunTests()
    {
        foreach (var picture in new[] { "samples/v01/beach_1.png", "samples/v02/beach_1.png", "steps/v01-step00000200/beach_1.png", "grids/v01.png" })
            Made(picture, Encoding.UTF8.GetBytes(picture));
        Made("lora/boat_v01.safetensors", Lora(400));
        Made("lora/boat_v02.safetensors", Lora(400));
        Made("lora/boat_v01_saves/boat_v01-step00000100.safetensors", Lora(100));
        Made("lora/boat_v01_saves/boat_v01-step00000200.safetensors", Lora(200));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_step_that_the_report_recommends_is_published_with_its_own_pictures_and_figures()
    {
        var remarks = Publish(null);

        Assert.Equal(["README.md", "boat_v01-step00000200.json", "boat_v01-step00000200.png", "boat_v01-step00000200.safetensors", "images/beach.png"], Files());
        Assert.Equal(Lora(200), File.ReadAllBytes(_folder["out/boat_v01-step00000200.safetensors"]));
        Assert.Equal("steps/v01-step00000200/beach_1.png", File.ReadAllText(_folder["out/images/beach.png"]));
        Assert.Equal("steps/v01-step00000200/beach_1.png", File.ReadAllText(_folder["out/boat_v01-step00000200.png"]));
        var card = File.ReadAllText(_folder["out/README.md"]);
        Assert.All(["| mascot_presence | 0 | 0.75 |", "| drift | 0 | 0.13 |", "| saved at step | 200 |", "| seeds | 1 |", "<lora:boat_v01-step00000200:1>"], fact => Assert.Contains(fact, card, StringComparison.Ordinal));
        Assert.DoesNotContain("grid", card, StringComparison.Ordinal);
        Assert.Contains("saved at step 200. Measured", File.ReadAllText(_folder["out/boat_v01-step00000200.json"]), StringComparison.Ordinal);
        Assert.Equal("v01: what it saved at step 200, which the report recommends; its figures are of the first seed alone.", remarks[0]);
    }

    [Fact]
    public void A_version_that_is_named_is_published_as_it_ended_and_the_step_is_told()
    {
        var remarks = Publish("v01");

        Assert.Equal(["README.md", "boat_v01.json", "boat_v01.png", "boat_v01.safetensors", "grid.png", "images/beach.png"], Files());
        Assert.Equal(Lora(400), File.ReadAllBytes(_folder["out/boat_v01.safetensors"]));
        Assert.Contains("| seeds | 1, 2 |", File.ReadAllText(_folder["out/README.md"]), StringComparison.Ordinal);
        Assert.Equal("The report recommends what v01 saved at step 200; what is published is its last state. Without --version it would be that.", remarks[0]);
    }

    private IReadOnlyList<string> Publish(string? version)
    {
        var results = new SnapshotResults("plan.yaml", "tiny", new Dictionary<string, string>(), new Dictionary<string, string>(), new Dictionary<string, string>(), Evaluation, [new ResultPicture("grids/v01", _files["grids/v01.png"].Path)], []);
        return new PublishRun(PlanFile.Load(), results, "base", path => _files.GetValueOrDefault(path), new PublishedLoras(PlanFile.Load(), _files)).Write(version, _folder["out"]);
    }

    private IEnumerable<string> Files() => Directory.GetFiles(_folder["out"], "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_folder["out"], file)).Order(StringComparer.Ordinal);

    private void Made(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder["made/" + path])!);
        File.WriteAllBytes(_folder["made/" + path], content);
        _files[path] = new OutputFile(0, "artifacts/" + path, _folder["made/" + path], ContentHash.Of(content));
    }

    // A safetensors file with metadata and one number.
    private static byte[] Lora(int step)
    {
        var header = Encoding.UTF8.GetBytes($$$"""{"__metadata__":{"ss_steps":"{{{step}}}"},"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""");
        var file = new byte[8 + header.Length + 4];
        BinaryPrimitives.WriteInt64LittleEndian(file, header.Length);
        header.CopyTo(file, 8);
        return file;
    }
}
