using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans.Sections;
using Slipway.Pipeline.Reports;
using Slipway.Training.Metrics;

namespace Slipway.Report.Tests;

/// <summary>
/// What the stages before the report leave, made up in a folder, and the report that the real job makes of it: v01 blows up and turns white, v02 is
/// stopped early, v03 is good; drawn, measured, saved and watched as no one plan does it all.
/// </summary>
internal sealed class MadeStory : IDisposable
{
    /// <summary>What HTML would make of an unescaped caption: the end of the page's script, and a picture that is not there.</summary>
    public const string Hostile = "sail_kun, </script><img src=x onerror=\"throw 1\"><!-- <b>bold</b> & 海 \u2028 '\"";

    private const int Side = 32;
    private const int Steps = 60;
    private static readonly string[] Names = ["base", "v01", "v02", "v03"];
    private static readonly string[] Kinds = ["beach", "night_sky", "海"];
    private static readonly long[] Seeds = [11, 12];
    private readonly TemporaryFolder _folder = new();

    /// <summary>Full path of the page.</summary>
    public string Page => _folder["report/index.html"];

    /// <summary>The page's data.</summary>
    public JsonNode Data => JsonNode.Parse(File.ReadAllText(_folder["report/report.json"]))!;

    /// <summary>The report of a story with everything.</summary>
    public static Task<MadeStory> WithEverythingAsync(ReportLanguage language) => MakeAsync(language, hasEverything: true);

    /// <summary>The same, where v01 was good at the end of an epoch and lost it again.</summary>
    public static Task<MadeStory> WithBestSavedAsync() => MakeAsync(ReportLanguage.En, hasEverything: true, saved: (1, 1, 0.01));

    /// <summary>The report of a story that was measured in an encoder's embedding too, where v02 is the better one.</summary>
    public static Task<MadeStory> InEmbeddingAsync() => MakeAsync(ReportLanguage.En, hasEverything: true, embedded: [(0.3, 0), (0.5, 0.4), (0.9, 0.02), (0.8, 0.1)]);

    /// <summary>The report of a story as the profile `tiny` has it: nothing was measured, saved or drawn on the way.</summary>
    public static Task<MadeStory> PlainAsync() => MakeAsync(ReportLanguage.En, hasEverything: false);

    public void Dispose() => _folder.Dispose();

    private static async Task<MadeStory> MakeAsync(ReportLanguage language, bool hasEverything, (double Recall, double Presence, double Drift)? saved = null, (double Similarity, double Drift)[]? embedded = null)
    {
        var story = new MadeStory();
        await story.RunAsync(story.Job(language, hasEverything, saved ?? (0.3, 0.7, 0.3), embedded));
        var remote = hasEverything ? 12 : 0;
        story._folder.Write("report/run.js", $$$"""window.slipwayRun = {"plan":"cat.yaml","artifacts":"artifacts","finished":"2026-01-02T03:04:05+00:00","seconds":75.5,"run":2,"reused":17,"remote":{{{remote}}},"stages":[{"stage":"Tags","run":1,"reused":17,"remote":{{{remote}}},"seconds":5,"made_in_seconds":null},{"stage":"Train v03","run":1,"reused":0,"remote":0,"seconds":70,"made_in_seconds":70}],"environment":{"slipway":"0.1.0"}};""" + "\n");
        return story;
    }

    private ReportJob Job(ReportLanguage language, bool hasEverything, (double Recall, double Presence, double Drift) saved, (double Similarity, double Drift)[]? embedded)
    {
        var samples = new SampleSettings([.. Kinds.Select(kind => new PromptPlan(kind, $"sail_kun, {kind}"))], Seeds, 1, new SamplingPlan { NegativePrompt = "<i>none</i>" }, Side);
        var composites = Enumerable.Range(0, 5).Select(i => new ReportPicture($"1_cat/{i}.png", Draw($"composites/{i}.png", i * 40, 90, 160))
        {
            Caption = i == 0 ? Text("composites/0.txt", Hostile) : null,
            Text = i == 1 ? "sail_kun, night_sky" : null,
        });
        return new ReportJob(
            "sail_kun",
            "sail_kun",
            "tiny",
            new ReportPlan { Language = language },
            Text("evaluation.json", Figures(hasEverything, saved, embedded).ToJsonString()),
            Draw("sprite.png", 250, 190, 60),
            samples,
            [.. Names.Select((name, i) => Version(name, i, hasEverything))],
            [
                new ReportDataset("white", "sprite", 1, [new ReportPicture("160_cat/cat.png", Draw("white.png", 255, 255, 255)) { Text = "sail_kun" }]),
                new ReportDataset("with_background", "composites", 100, [.. composites]),
            ],
            new TagsPlan { Exclude = ["boat", "<u>"], Replace = [KeyValuePair.Create("sea", "ocean")] })
        {
            Accepted = hasEverything ? Text("snapshots/evaluation.verified.json", """{ "versions": { "v03": { "mascot_presence": 0.5, "background_recall": 0.95 } } }""") : null,
        };
    }

    private ReportVersion Version(string name, int number, bool hasEverything)
    {
        var pictures = Kinds.SelectMany((kind, k) => Seeds.Select((seed, s) => new NamedFile(
            $"{kind}_{seed}", Draw($"samples/{name}/{k}_{s}.png", number == 1 ? 255 : 60 * k, number == 1 ? 255 : 100 + (40 * s), 60 * number))));
        if (number == 0)
            return new ReportVersion(name, [.. pictures]);
        return new ReportVersion(name, [.. pictures])
        {
            Lora = Lora($"lora/{name}.safetensors", number),
            LoraPath = $"lora/sail_kun_{name}.safetensors",
            Metrics = Metrics(name, number, hasEverything),
            Events = hasEverything ? Events(name, number) : null,
            Validation = hasEverything ? Text($"{name}.json", $$"""{ "steps": {{Steps}}, "kept_step": {{(number == 2 ? 20 : Steps)}}, "val": 0.1, "val_subject": 0.2, "val_background": 0.05 }""") : null,
            Steps = hasEverything ? [.. Saved(name, number)] : [],
            Datasets = [number == 3 ? "with_background" : "white"],
            Settings = [KeyValuePair.Create("dataset", number == 3 ? "with_background" : "white"), KeyValuePair.Create("lr_scheduler", number == 1 ? "constant" : "cosine")],
        };
    }

    /// <summary>v03 saved two steps, v01 the end of an epoch, whose file says which step that is.</summary>
    private IEnumerable<ReportStep> Saved(string name, int number)
    {
        foreach (var (step, file) in number == 3 ? [(40, $"{name}-step00000040"), (20, $"{name}-step00000020")] : number == 1 ? new[] { (20, $"{name}-000002") } : [])
        {
            var pictures = Kinds.Select((kind, k) => new NamedFile($"{kind}_{Seeds[0]}", Draw($"steps/{file}/{k}.png", 40 * k, 2 * step, 60 * number)));
            yield return new ReportStep(file, Lora($"lora/{file}.safetensors", number, step), $"lora/sail_kun_{name}_saves/sail_kun_{file}.safetensors", [.. pictures]);
        }
    }

    private FileRef Draw(string path, int red, int green, int blue)
    {
        var picture = new Picture(Side, Side, [.. Enumerable.Range(0, Side * Side).SelectMany(i => new[] { (byte)red, (byte)Math.Max(0, green - (i % Side)), (byte)blue, byte.MaxValue })]);
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[path])!);
        picture.SavePng(_folder[path], new Dictionary<string, string>(StringComparer.Ordinal) { ["parameters"] = "sail_kun, beach\nSteps: 20, Sampler: Euler a, Seed: 11, </pre><b>" });
        return new FileRef(path);
    }

    private FileRef Text(string path, string text)
    {
        _folder.Write(path, text);
        return new FileRef(path);
    }

    /// <summary>A LoRA file without a tensor.</summary>
    private FileRef Lora(string path, int number, int step = Steps)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ss_steps"] = step.ToString(CultureInfo.InvariantCulture),
            ["slipway.fingerprint"] = new('a', 64),
            ["slipway.manifest"] = """{"base_model/unet/weights":"00ff","images.image/0.png":"11ff"}""",
            ["slipway.versions"] = """{"slipway":"0.1.0"}""",
            ["ss_tag_frequency"] = number == 3 ? $"{{\"1_cat\":{{\"sail_kun\":100,\"night_sky\":40,\"<b>\":3,{string.Join(',', Enumerable.Range(0, 20).Select(i => $"\"tag{i}\":1"))}}}}}" : """{"160_cat":{"sail_kun":1}}""",
            ["ss_dataset_dirs"] = number == 3 ? """{"1_cat":{"n_repeats":1,"img_count":100}}""" : """{"160_cat":{"n_repeats":160,"img_count":1}}""",
            ["ss_bucket_info"] = number == 3 ? """{"buckets":{"0":{"resolution":[32,48],"count":60},"1":{"resolution":[48,32],"count":40}}}""" : "null",
        };
        var header = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new Dictionary<string, object>(StringComparer.Ordinal) { ["__metadata__"] = metadata }));
        var bytes = new byte[8 + header.Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, header.Length);
        header.CopyTo(bytes, 8);
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[path])!);
        File.WriteAllBytes(_folder[path], bytes);
        return new FileRef(path);
    }

    private static StepMetrics Step(int step, int number, bool measured)
    {
        var blowUp = number == 1 && step is > 20 and < 30;
        return new StepMetrics(step, 1, 0.3 / step, 0.35 / step, blowUp ? step == 25 ? double.NaN : 8 : 0.05 / number, 4e-3, 4e-3)
        {
            Validation = measured && step % 10 == 0 ? new ValidationLosses(0.1 * number, 0.2 / number, 0.05 * number) : null,
        };
    }

    private FileRef Metrics(string name, int number, bool measured)
    {
        Directory.CreateDirectory(_folder["logs"]);
        using (var csv = new MetricsCsv(_folder[$"logs/{name}.csv"], withValidation: measured))
        {
            for (var step = 1; step <= Steps; step++)
                csv.Write(Step(step, number, measured));
        }

        return new FileRef($"logs/{name}.csv");
    }

    private FileRef Events(string name, int number)
    {
        foreach (var step in new[] { 0, 30, Steps })
        {
            foreach (var kind in Kinds)
                Draw(string.Create(CultureInfo.InvariantCulture, $"watched/{name}/{step:D6}_{kind}_11.png"), step * 4, 200, number * 60);
        }

        using (var events = new TensorBoardWriter(_folder[$"logs/{name}.tfevents"])
        {
            PicturesOf = step => Kinds.Select(kind => _folder[string.Create(CultureInfo.InvariantCulture, $"watched/{name}/{step:D6}_{kind}_11.png")]).Where(File.Exists),
        })
        {
            for (var step = 1; step <= Steps; step++)
                events.Write(Step(step, number, measured: true));
        }

        return new FileRef($"logs/{name}.tfevents");
    }

    /// <summary>Figures of versions and saved steps, intervals and differences, as <c>evaluation.json</c> has them.</summary>
    private static JsonObject Figures(bool hasEverything, (double Recall, double Presence, double Drift) saved, (double Similarity, double Drift)[]? embedded)
    {
        (double Recall, double Presence, double Drift)[] figures = [(1, 0, 0), (0, 1, 0.6), (0.9, 0, 0.02), (1, 1, 0.1)];
        JsonObject Of((double Recall, double Presence, double Drift) at) => hasEverything
            ? new JsonObject { ["background_recall"] = at.Recall, ["mascot_presence"] = at.Presence, ["flat_background"] = 1 - at.Recall, ["drift"] = at.Drift, ["memorised"] = null, ["pictures"] = 6 }
            : new JsonObject { ["background_recall"] = at.Recall, ["mascot_presence"] = at.Presence, ["near_white_border"] = 1 - at.Recall, ["pictures"] = 6 };
        JsonObject Versions() => new(Names.Zip(figures, (name, at) => KeyValuePair.Create(name, (JsonNode?)Of(at))));
        var evaluation = new JsonObject { ["versions"] = Versions(), ["backgrounds"] = new JsonObject(Kinds.Select(kind => KeyValuePair.Create(kind, (JsonNode?)Versions()))) };
        foreach (var (name, of) in Names.Zip(embedded ?? []))
            evaluation["versions"]![name]!["embedding"] = new JsonObject { ["mascot_similarity"] = of.Similarity, ["drift"] = of.Drift, ["diversity"] = 0.5 };
        if (!hasEverything)
            return evaluation;
        evaluation["intervals"] = new JsonObject(Names.Zip(figures, (name, at) => KeyValuePair.Create(name, (JsonNode?)new JsonObject
        {
            ["background_recall"] = new JsonArray(at.Recall * 0.9, at.Recall), ["mascot_presence"] = new JsonArray(at.Presence * 0.9, at.Presence), ["drift"] = new JsonArray(at.Drift * 0.9, at.Drift * 1.1),
        })));
        evaluation["differences"] = new JsonObject(Names.Zip(figures, (name, at) => KeyValuePair.Create(name, (JsonNode?)new JsonObject
        {
            ["background_recall"] = new JsonObject { ["difference"] = at.Recall - 1, ["low"] = -1, ["high"] = 0, ["beyond_noise"] = at.Recall < 0.5 },
            ["drift"] = new JsonObject { ["difference"] = at.Drift, ["low"] = 0, ["high"] = 1, ["beyond_noise"] = at.Drift > 0.05 },
            ["mascot_presence"] = new JsonObject { ["difference"] = at.Presence, ["low"] = 0, ["high"] = 1, ["beyond_noise"] = at.Presence > 0.5 },
        })).Skip(1));
        evaluation["reasons"] = new JsonObject { ["v01"] = new JsonObject { ["memorised"] = "it has no picture <b>to learn</b> from" } };
        evaluation["steps"] = new JsonObject
        {
            ["v03"] = new JsonObject { ["20"] = Of((1, 0.4, 0.03)), ["40"] = Of((1, 0.8, 0.06)) },
            ["v01"] = new JsonObject { ["20"] = Of(saved) },
        };
        evaluation["samples"] = new JsonArray([.. Names.SelectMany((name, i) => Kinds.SelectMany(kind => Seeds.Select(seed => (JsonNode)new JsonObject
        {
            ["version"] = name, ["kind"] = kind, ["seed"] = seed, ["file"] = $"samples/{name}/{kind}_{seed}.png", ["mascot_presence"] = figures[i].Presence, ["drift"] = null,
        })))]);
        return evaluation;
    }

    private async Task RunAsync(ReportJob job)
    {
        var stage = new StageNode("Report", null, [new JobNode("Report", "report", job, ["report/index.html", "report/report.json", "report/pictures/"])]);
        using var cache = new Cache(_folder.Path, Assert.Fail);
        using var run = new GraphRun(new JobGraph([stage]), cache, new LockFile(_folder["lock.yaml"]), new RunOptions { Profile = "tiny" }, new SilentLog());
        var outcome = Assert.Single(await run.RunAsync([stage], TestContext.Current.CancellationToken));
        Assert.Equal(1, outcome.Run);
    }

    private sealed class SilentLog : IRunLog
    {
        public void Starting(string stage, int run, int reused, IReadOnlyList<string> reasons)
        {
        }

        public void Stored(string stage, int done, int total)
        {
        }

        public void Waiting(string stage, int? process)
        {
        }

        public void Report(string stage, int done, int all, string? detail)
        {
        }

        public void End(string stage)
        {
        }

        public void Line(string text)
        {
        }

        public void Warn(string text) => Assert.Fail(text);
    }
}
