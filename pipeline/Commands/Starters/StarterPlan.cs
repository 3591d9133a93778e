using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Slipway.Engine.Files;
using Slipway.Engine.Jobs;
using Slipway.Pipeline.Commands.Sampling;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Reference;
using Slipway.Pipeline.Plans.Sections;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Commands.Starters;

/// <summary><c>--target=Init</c>: a plan for a sprite of the user's own, whose comments are what the options say of themselves.</summary>
public static partial class StarterPlan
{
    private const int CommentColumn = 44;
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Kinds that the embedded model knows, and any SDXL model too.
    private static readonly (string Kind, string Prompt)[] Kinds =
    [
        ("beach", "beach, ocean, sand, day"), ("forest", "forest, tree, grass, day"), ("desert", "desert, sand, day"), ("city", "city, building, day"),
        ("night_sky", "night_sky, night"), ("snowy_mountain", "snowy_mountain, snow, day"), ("meadow", "meadow, grass, flower, day"), ("room", "room, window"),
    ];

    /// <summary>The options that are read here.</summary>
    public static IReadOnlyList<string> OptionNames { get; } = ["name", "sprite", "trigger-word", "out"];

    /// <summary>Writes it; a file that is there stays as it is.</summary>
    /// <param name="folder">Where the user stands: the sprite's path is relative to it.</param>
    /// <param name="planFile">Full path of the plan.</param>
    /// <param name="clone">The folder with the embedded model and the plan's schema.</param>
    /// <param name="values">All values given for an option.</param>
    /// <param name="progress">Takes the lines.</param>
    /// <exception cref="ArgumentException">Options that cannot be.</exception>
    /// <exception cref="IOException">There is a plan.</exception>
    /// <exception cref="PlanException">What was given makes no plan.</exception>
    public static void Write(string folder, string planFile, string clone, Func<string, IReadOnlyList<string>> values, IProgressSink progress)
    {
        var options = new OptionReader(values);
        var workspace = PlanPaths.Workspace(planFile);
        var hasFolder = options.Text("out") is not null;
        var (name, sprite, word) = (options.Text("name") ?? (hasFolder ? NameOf(workspace) : null), options.Text("sprite"), options.Text("trigger-word"));
        if (!hasFolder && (name is null || sprite is null))
            options.Problem("--target=Init needs --name=NAME and --sprite=FILE, the mascot as a PNG with transparency; or --out=FOLDER, a folder that is made for it.");
        if (name is not null && !PlanNames.IsValid(name))
            options.Problem($"--name is '{name}'; expected {PlanNames.Rule}.");
        if (sprite is not null && !File.Exists(Path.GetFullPath(sprite, folder)))
            options.Problem($"--sprite is '{sprite}', which does not exist; expected a PNG with transparency.");
        options.ThrowIfAny();
        if (File.Exists(planFile))
            throw new ArgumentException($"{planFile} exists, and stays as it is; stand in another folder, or name another file with --config=FILE.");

        var place = hasFolder ? $"{name}.png" : Relative(workspace, Path.GetFullPath(sprite!, folder));
        var text = Text(name!, word ?? name!, place, Relative(workspace, clone));
        if (File.Exists(workspace))
            throw new ArgumentException($"--out is '{workspace}', which is a file; name a folder.");
        Directory.CreateDirectory(workspace);
        // It is read as a plan before it is one.
        var unread = Path.Combine(workspace, $".{Guid.NewGuid():N}.yaml");
        try
        {
            File.WriteAllText(unread, text);
            _ = Plan.Load(unread);
            File.Move(unread, planFile, overwrite: false);
        }
        finally
        {
            File.Delete(unread);
        }

        progress.Line($"{Path.GetRelativePath(folder, planFile)}: a plan for {name}. --target=Status says what would run, --help=OPTION what an option means.");
        if (hasFolder)
            Furnish(workspace, sprite is null ? null : Path.GetFullPath(sprite, folder), place, clone, progress);
    }

    /// <summary>What a folder of its own has beside the plan; what is there stays.</summary>
    private static void Furnish(string workspace, string? sprite, string place, string clone, IProgressSink progress)
    {
        var ignored = Path.Combine(workspace, ".gitignore");
        if (!File.Exists(ignored))
            File.WriteAllText(ignored, "/artifacts/\n/.slipway/\n/models/\n");
        var target = Path.Combine(workspace, place);
        if (sprite is not null && !File.Exists(target))
            CopiedFile.Make(sprite, target);
        if (!File.Exists(target))
            progress.Line($"Put the mascot there as {place}: a PNG with transparency, the mascot cut out.");
        progress.Line($"Then, in that folder: {Path.Combine(clone, "build.sh")}");
    }

    /// <summary>The folder's own name, as far as files can be called so.</summary>
    private static string NameOf(string folder)
    {
        var name = NoName().Replace(Path.GetFileName(folder), "_").Trim('_', '-');
        return PlanNames.IsValid(name) ? name : "mascot";
    }

    /// <summary>The plan's text.</summary>
    /// <param name="name">First part of the files' names.</param>
    /// <param name="word">The trigger word.</param>
    /// <param name="sprite">The sprite, relative to the plan.</param>
    /// <param name="clone">The folder with the embedded model and the schema, relative to the plan.</param>
    internal static string Text(string name, string word, string sprite, string clone)
    {
        var text = new StringBuilder($"# ./build.sh\n# yaml-language-server: $schema={clone}/docs/lora.pipeline.schema.json\n#\n# What is not here has its default; `./build.sh --help=versions` says which options there are. Paths are relative to this folder.\n\n");
        Add(text, "", "", ("name", name), ("trigger_word", word), ("sprite", sprite));
        text.Append("\ndefault_profile: tiny\nprofiles:\n\n  # The embedded model: shows on two cores what the settings do.\n  tiny:\n");
        var tiny = $"{clone}/datasets/tiny-sdxl";
        Add(text, "", "    ", ("base_model", tiny), ("resolution", "64"), ("threads", "1"));
        Section(text, "tagger", "    ", ("model", $"{tiny}/tagger/model.onnx"), ("tags", $"{tiny}/tagger/selected_tags.csv"));
        text.Append("\n  # SDXL itself, on an NVIDIA card: --profile=sdxl, once `--target=Fetch --profile=sdxl` has brought the models; or name files of your own.\n  sdxl:\n    hub:\n");
        foreach (var model in PublicModels.All)
            text.Append($"      {model.Name}:\n        repository: {model.Repository}\n        revision: {model.Revision}\n        file: {model.File}\n        size: {model.Size}\n        sha256: {model.Sha256}\n");
        Add(text, "", "    ", ("base_model", "hub:sdxl"), ("resolution", "1024"), ("device", "cuda"), ("mixed_precision", "bf16"));
        Section(text, "tagger", "    ", ("model", "hub:tagger"), ("tags", "hub:tags"));
        text.Append("    versions:\n      v01:\n");
        Add(text, "versions", "        ", ("learning_rate", "1e-4"), ("train_batch_size", "1"), ("gradient_checkpointing", "true"));

        text.Append('\n');
        Section(text, "backgrounds", "", ("count", "100"), ("seed", "1000"));
        text.Append("  prompts:\n");
        foreach (var (kind, prompt) in Kinds)
            text.Append($"    {kind}: {prompt}\n");
        text.Append('\n');
        Section(text, "composites", "", ("scale", "[0.45, 0.65]"), ("flip", "0.5"), ("shadow_opacity", "0.35"));
        text.Append('\n');
        Section(text, "tags", "", ("exclude", "[]"), ("extra", "[]"));
        text.Append($"\n{Comment("datasets")}datasets:\n  with_background:\n");
        Add(text, "datasets", "    ", ("source", "composites"), ("num_repeats", "1"));
        text.Append($"\n{Comment("versions")}versions:\n  v01:\n");
        Add(text, "versions", "    ", ("dataset", "with_background"), ("network_dim", "16"), ("network_alpha", "16"), ("learning_rate", "4e-3"), ("lr_scheduler", "cosine"), ("lr_warmup_steps", "60"), ("train_batch_size", "4"), ("max_train_steps", "800"), ("min_snr_gamma", "5"));
        text.Append('\n');
        Section(text, "evaluation", "", ("seeds", "[11, 12, 13, 14]"), ("steps", "20"), ("guidance", "1.5"));
        text.Append("  prompts:\n");
        foreach (var (kind, prompt) in Kinds)
            text.Append($"    {kind}: {Scalar($"{word}, {prompt}")}\n");
        return text.ToString();
    }

    private static void Section(StringBuilder text, string key, string indent, params (string Name, string Value)[] options)
    {
        text.Append(indent.Length == 0 ? Comment(key) : "").Append($"{indent}{key}:\n");
        Add(text, key, indent + "  ", options);
    }

    private static void Add(StringBuilder text, string section, string indent, params (string Name, string Value)[] options)
    {
        foreach (var (name, value) in options)
        {
            var line = $"{indent}{name}: {(value.StartsWith('[') ? value : Scalar(value))}";
            text.Append($"{line.PadRight(CommentColumn - 1)} # {Declared(section).Options.Single(option => option.Name == name).Says}\n");
        }
    }

    private static string Comment(string section) => $"# {Declared(section).Says}\n";

    private static PlanSection Declared(string key) => key.Length == 0 ? PlanSections.Top : PlanSections.Top.Sections.Single(section => section.Key == key);

    private static string Relative(string workspace, string path) => Path.GetRelativePath(workspace, path).Replace('\\', '/');

    private static string Scalar(string text) => Plain().IsMatch(text) && text is not "null" ? text : JsonSerializer.Serialize(text, Json);

    [GeneratedRegex("[^A-Za-z0-9_-]+", RegexOptions.None, Timeout.Infinite)]
    private static partial Regex NoName();

    [GeneratedRegex("^(hub:)?[A-Za-z0-9_./][A-Za-z0-9_./-]*$", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Plain();
}
