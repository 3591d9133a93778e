using System.Text.Json;
using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Pipeline.Commands.Publishing;
using Slipway.Pipeline.Commands.Snapshots;
using Slipway.Pipeline.Tests.Plans;

namespace Slipway.Pipeline.Tests.Commands.Publishing;

public sealed class LoraSidecarsTests : IDisposable
{
    private const string Evaluation =
        """
        {
          "versions": { "base": { "mascot_presence": 0 }, "v01": { "background_recall": 0.5, "mascot_presence": 0.75, "mascot_similarity": 0.4 } },
          "samples": [
            { "version": "base", "kind": "beach", "seed": 1, "file": "samples/base/beach_1.png", "background_recall": 1, "mascot_presence": 1, "mascot_similarity": 0.9 },
            { "version": "v01", "kind": "beach", "seed": 1, "file": "samples/v01/beach_1.png", "background_recall": 0, "mascot_presence": 1, "mascot_similarity": 0.8 },
            { "version": "v01", "kind": "beach", "seed": 2, "file": "samples/v01/beach_2.png", "background_recall": 1, "mascot_presence": 1, "mascot_similarity": 0.3 },
            { "version": "v01", "kind": "beach", "seed": 3, "file": "samples/v01/beach_3.png", "background_recall": 1, "mascot_presence": 1, "mascot_similarity": 0.5 },
            { "version": "v01", "kind": "beach", "seed": 4, "file": "samples/v01/beach_4.png", "background_recall": null, "mascot_presence": null, "mascot_similarity": null }
          ]
        }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_preview_is_the_picture_with_mascot_and_background_whose_mascot_looks_most_like_itself()
    {
        var preview = Sidecars().Of("v01").First();
        Assert.Equal(("artifacts/plan/lora/boat_v01.png", "samples/v01/beach_3.png"), (preview.Path, System.Text.Encoding.UTF8.GetString(preview.Bytes())));
        Assert.Equal(ContentHash.Of("samples/v01/beach_3.png"), preview.Hash);
    }

    [Fact]
    public void Beside_it_lies_what_AUTOMATIC1111_keeps_of_a_LoRA()
    {
        var file = Sidecars().Of("v01").Last();
        using var json = JsonDocument.Parse(file.Bytes());
        string[] keys = ["description", "sd version", "activation text", "preferred weight", "negative text", "notes"];
        Assert.Equal("artifacts/plan/lora/boat_v01.json", file.Path);
        Assert.Equal(keys, json.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("boat_kun", 1.0, "SDXL"), (json.RootElement.GetProperty("activation text").GetString(), json.RootElement.GetProperty("preferred weight").GetDouble(), json.RootElement.GetProperty("sd version").GetString()));
        Assert.Contains("background_recall 0.50, mascot_presence 0.75, mascot_similarity 0.40.", json.RootElement.GetProperty("notes").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_it_says_keeps_its_bytes()
    {
        var plan = PlanFile.LoadText(PlanFile.Good
            .Replace("trigger_word: boat_kun", """trigger_word: 'boat_kun "帆"'""", StringComparison.Ordinal)
            .Replace("evaluation:", """
                evaluation:
                  multiplier: 0.7
                  negative_prompt: "<lowres>, 帆+'&"
                """, StringComparison.Ordinal));

        Assert.Equal(
            """
            {
              "description": "",
              "sd version": "SDXL",
              "activation text": "boat_kun \"帆\"",
              "preferred weight": 0.7,
              "negative text": "<lowres>, 帆+'&",
              "notes": "Version v01 of boat, saved at step 20. Measured (Euler a, 20 steps, guidance 5, strength 0.7): ."
            }

            """,
            System.Text.Encoding.UTF8.GetString(new LoraSidecars(plan, EvaluationDocument.Parse(Evaluation, "evaluation.json"), _ => null).Of(new PublishedLora("v01", 20, "boat_v01-20", "", "steps")).Single().Bytes()));
    }

    [Fact]
    public void Only_versions_that_were_measured_have_them() => Assert.Equal(["artifacts/plan/lora/boat_v01.png", "artifacts/plan/lora/boat_v01.json"], Sidecars().All().Select(file => file.Path));

    [Fact]
    public void A_version_without_pictures_has_no_preview() => Assert.Equal([".json"], Sidecars(_ => null).Of("v01").Select(file => Path.GetExtension(file.Path)));

    private LoraSidecars Sidecars(Func<string, OutputFile?>? file = null) => new(PlanFile.Load(), EvaluationDocument.Parse(Evaluation, "evaluation.json"), file ?? Made);

    private OutputFile? Made(string path) => new(0, path, _folder.Write(path, path), ContentHash.Of(path));
}
