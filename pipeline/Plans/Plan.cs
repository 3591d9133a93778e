using Slipway.Engine.Options;
using Slipway.Hub;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Plans.Datasets;
using Slipway.Pipeline.Plans.Sections;
using Slipway.Pipeline.Plans.Versions;
using Slipway.Pipeline.Plans.Yaml;
using Slipway.Slurm;

namespace Slipway.Pipeline.Plans;

/// <summary>
/// Everything that a run is to do, read from <c>lora.pipeline.yaml</c>. Paths are as they were written: relative to the
/// workspace, which is the plan's folder. Whether the files are there is for the stages to see.
/// </summary>
public sealed record Plan
{
    /// <summary>The options of its top.</summary>
    public static OptionTable<Plan> Declared { get; } = new(
        option =>
        [
            option.Of("name", PlanNames.Kind, o => o.Name, (o, v) => o with { Name = v }) with { Says = "First part of the names of all files.", IsRequired = true },
            option.Text("trigger_word", o => o.TriggerWord, (o, v) => o with { TriggerWord = v }) with { Says = "The word that will call the mascot.", IsRequired = true },
            option.Path("sprite", o => o.Sprite, (o, v) => o with { Sprite = v }) with { Says = "The mascot, cut out: a PNG with transparency.", IsRequired = true },
            option.Of("artifacts", PlanPaths.Artifacts, o => o.ArtifactsFolder, (o, v) => o with { ArtifactsFolder = v }) with { Says = "Folder of all outputs, below the plan's.", Otherwise = "`artifacts`, or `artifacts/X` of another plan `X.yaml`" },
            option.Of("snapshots", PlanPaths.Snapshots, o => o.SnapshotsFolder, (o, v) => o with { SnapshotsFolder = v }) with { Says = "Folder of the accepted snapshots, below the plan's.", Otherwise = "`snapshots`, or `snapshots/X` of another plan `X.yaml`" },
            option.Whole("seed", o => o.Seed, (o, v) => o with { Seed = v }, 0, uint.MaxValue) with { Says = "All randomness follows from it, where no other seed is given." },
            option.TextOrEmpty("salt", o => o.Salt, (o, v) => o with { Salt = v }) with { Says = "Any text; another one makes everything run again." },
            option.Path("base_model", o => o.BaseModel, (o, v) => o with { BaseModel = v }) with { Says = "SDXL: a folder in diffusers' layout, or a safetensors file; `hub:NAME` for an entry of `hub`.", IsRequired = true },
            option.Path("tokenizer", o => o.Tokenizer, (o, v) => o with { Tokenizer = v }) with { Says = "Folder with the tokenizers of a base model in a single file, where they are not beside it; `hub:NAME` for an entry of `hub`.", Otherwise = "beside the file, else SDXL's, by `Fetch`" },
            option.Path("vae", o => o.Vae, (o, v) => o with { Vae = v }) with { Says = "Another autoencoder: a safetensors file in either layout, such as SDXL's that 16 bits do not overflow; `hub:NAME` for an entry of `hub`.", Otherwise = "the base model's own" },
            .. option.Part(ModelSettings.Declared, o => o.Model, (o, v) => o with { Model = v }),
            option.Whole("resolution", o => o.Resolution, (o, v) => o with { Resolution = v }, PictureSize.Step, PictureSize.Longest) with { Says = "Side of all pictures, in pixels.", IsRequired = true },
            option.Word("color_profiles", o => o.ColorProfiles, (o, v) => o with { ColorProfiles = v }) with { Says = "What becomes of colour profiles in the sprite and in your pictures: `apply` brings them to sRGB, `ignore` takes the numbers as they are, as sd-scripts does." },
            option.Of("device", DeviceNames.Kind, o => o.Device, (o, v) => o with { Device = v }) with { Says = "What computes; `--device` overrides it. `cuda:1` is the second card, as `nvidia-smi` or `CUDA_VISIBLE_DEVICES` lists them." },
            option.Switch("deterministic", o => o.Deterministic, (o, v) => o with { Deterministic = v }) with { Says = "On a card, only algorithms that give the same bits each time on the same model of card; `false` may be faster." },
            option.Word("mixed_precision", o => o.MixedPrecision, (o, v) => o with { MixedPrecision = v }, ["no", "fp16", "bf16"]) with { Says = "Precision of the model: `no` is 32 bits." },
            option.Word("executor", o => o.Executor, (o, v) => o with { Executor = v }) with { Says = "Who does the work: `local`, the process that was started, or `slurm`, a cluster's nodes (section `slurm`); `--executor` overrides it." },
            option.Whole("threads", o => o.Threads, (o, v) => o with { Threads = v }, 0, 1024) with { Says = "Threads of the CPU; 0: as many as there are." },
        ],
        Rules);

    /// <summary>Name of the profile that was taken.</summary>
    public string Profile { get; init; } = "";

    /// <summary>Names of all profiles, in the order of the file.</summary>
    public IReadOnlyList<string> Profiles { get; init; } = [];

    /// <summary>Name of the LoRA: first part of its files' names.</summary>
    public string Name { get; init; } = "";

    /// <summary>The word that calls the mascot.</summary>
    public string TriggerWord { get; init; } = "";

    /// <summary>The mascot, a PNG with transparency.</summary>
    public string Sprite { get; init; } = "";

    /// <summary>Folder of all outputs, relative to the workspace, with <c>/</c>.</summary>
    public string ArtifactsFolder { get; init; } = "artifacts";

    /// <summary>Folder of the accepted snapshots, relative to the workspace, with <c>/</c>; each profile has a folder of its own in it.</summary>
    public string SnapshotsFolder { get; init; } = "snapshots";

    /// <summary>The folder in it that its profile has.</summary>
    public string AcceptedFolder => $"{SnapshotsFolder}/{Profile}";

    /// <summary>Where no other seed is given.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Added to every key: changing it makes everything run again. Empty for none.</summary>
    public string Salt { get; init; } = "";

    /// <summary>The base model: a safetensors file, or a folder in diffusers' layout.</summary>
    public string BaseModel { get; init; } = "";

    /// <summary>
    /// Folder with the tokenizers of a base model in a single file, and with configurations where the model has other
    /// sizes than SDXL's; null: in the folder named like the file, or beside it.
    /// </summary>
    public string? Tokenizer { get; init; }

    /// <summary>Another autoencoder than the base model's own; null: that.</summary>
    public string? Vae { get; init; }

    /// <summary>What files and pictures call it; null: the model has its own.</summary>
    public string? VaeName => Path.GetFileName(Vae);

    /// <summary>What holds of the base model instead of what its files say.</summary>
    public ModelSettings Model { get; init; } = new();

    /// <summary>
    /// What web UIs would call the base model where its place does not say it, because it is a folder of the hub's cache; null: its file's or folder's name.
    /// </summary>
    public string? BaseModelName { get; init; }

    /// <summary>Where those files of the hub lie that it refers to, and what their bytes must be.</summary>
    internal IReadOnlyList<(string Path, WantedFile File)> Fetched { get; init; } = [];

    /// <summary>Files on the Hugging Face Hub, in the order of the file.</summary>
    public IReadOnlyList<HubPlan> Hub { get; init; } = [];

    /// <summary>The cache that it shares with others.</summary>
    public CachePlan Cache { get; init; } = new();

    /// <summary>The tagger.</summary>
    public TaggerPlan Tagger { get; init; } = new();

    /// <summary>Side of all pictures, pixels.</summary>
    public int Resolution { get; init; } = 1024;

    /// <summary>What becomes of colour profiles in the sprite and in the user's pictures.</summary>
    public ColorProfiles ColorProfiles { get; init; }

    /// <summary><c>cpu</c>, <c>cuda</c>, or <c>cuda:N</c> for the card with this number.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Whether a card computes by algorithms alone that give the same bits each time; the CPU always does.</summary>
    public bool Deterministic { get; init; } = true;

    /// <summary><c>no</c> (32 bits), <c>fp16</c> or <c>bf16</c>.</summary>
    public string MixedPrecision { get; init; } = "no";

    /// <summary>Threads of the CPU; 0: as many as there are. The number can change the last bits of a result.</summary>
    public int Threads { get; init; }

    /// <summary>Who does the work.</summary>
    public ExecutorName Executor { get; init; }

    /// <summary>How jobs go to Slurm, where it does the work.</summary>
    public SlurmOptions Slurm { get; init; } = new();

    /// <summary>The backgrounds.</summary>
    public BackgroundsPlan Backgrounds { get; init; } = new();

    /// <summary>The sprite on the backgrounds.</summary>
    public CompositesPlan Composites { get; init; } = new();

    /// <summary>Pictures of the class without the mascot; null for none.</summary>
    public BackgroundsPlan? Regularisation { get; init; }

    /// <summary>The pictures that versions are measured on; null for none.</summary>
    public ValidationPlan? Validation { get; init; }

    /// <summary>The captions.</summary>
    public TagsPlan Tags { get; init; } = new();

    /// <summary>What can be learned from, in the order of the file.</summary>
    public IReadOnlyList<DatasetPlan> Datasets { get; init; } = [];

    /// <summary>What is trained, in the order of the file.</summary>
    public IReadOnlyList<VersionPlan> Versions { get; init; } = [];

    /// <summary>What is made of the versions, in the order of the file.</summary>
    public IReadOnlyList<EnsemblePlan> Ensembles { get; init; } = [];

    /// <summary>How the versions are compared.</summary>
    public EvaluationPlan Evaluation { get; init; } = new();

    /// <summary>The page about all versions.</summary>
    public ReportPlan Report { get; init; } = new();

    /// <summary>
    /// <c>checks.equal_optimizer_steps</c>: names of versions that are to take equally many. What the plan says of their number is
    /// checked; what depends on a folder, before they are trained.
    /// </summary>
    public IReadOnlyList<string> EqualOptimizerSteps { get; init; } = [];

    /// <summary>What is wrong with profiles that were not chosen, a line each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Reads a plan. All profiles are checked, so that a slip in one shows before its night comes; those that were not chosen stop nothing.</summary>
    /// <param name="file">The YAML file.</param>
    /// <param name="profile">Name of the profile; null: the plan's <c>default_profile</c>.</param>
    /// <param name="overrides">Values of the command line by path, such as <c>device</c> or <c>backgrounds.count</c>.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="PlanException">Something is wrong with it: everything, a line each.</exception>
    public static Plan Load(string file, string? profile = null, IReadOnlyDictionary<string, string>? overrides = null) =>
        new PlanReader(file).Read(profile, overrides ?? new Dictionary<string, string>(StringComparer.Ordinal));

    /// <summary>What each profile calls its versions and ensembles.</summary>
    public IReadOnlyList<ProfileNames> NamesByProfile { get; init; } = [];

    /// <summary>The version with this name.</summary>
    /// <exception cref="PlanException">There is none.</exception>
    public VersionPlan Version(string name) => Versions.FirstOrDefault(version => version.Name == name) ?? throw Unknown(name, Versions.Select(version => version.Name));

    /// <summary>Sees that there is a version, or an ensemble, with this name.</summary>
    /// <exception cref="PlanException">There is none.</exception>
    public void RequireTrained(string name)
    {
        if (Versions.All(version => version.Name != name) && Ensembles.All(ensemble => ensemble.Name != name))
            throw Unknown(name, [.. Versions.Select(version => version.Name), .. Ensembles.Select(ensemble => ensemble.Name)]);
    }

    private PlanException Unknown(string name, IEnumerable<string> known) => new([
        Ensembles.FirstOrDefault(ensemble => ensemble.Name == name) is { } ensemble
            ? $"`{name}` is an ensemble of {string.Join(", ", ensemble.Of)}, and no version that is trained itself; expected {string.Join(" or ", known)}."
            : ProfileNames.Find(name, NamesByProfile) is { } found
                ? $"`{name}` is {found.Says}, and not of `{Profile}`: give {string.Join(" or ", found.Profiles.Select(profile => $"--profile={profile}"))}."
                : $"There is no version `{name}`; {NearestName.Hint(name, known)}",
    ]);

    private static IEnumerable<OptionProblem> Rules(Plan plan)
    {
        // Captions are lists with commas between.
        if (plan.TriggerWord.Any(c => c == ',' || char.IsControl(c)))
            yield return new("trigger_word", $"must be one tag without a comma, but is `{plan.TriggerWord}`.");
        if (plan.Resolution % PictureSize.Step != 0)
            yield return new("resolution", $"must be a multiple of {PictureSize.Step}, but is `{plan.Resolution}`.");
    }
}
