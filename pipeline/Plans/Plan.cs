using Slipway.Engine.Options;
using Slipway.Pipeline.Plans.Datasets;
using Slipway.Pipeline.Plans.Versions;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans;

/// <summary>
/// Everything that a run is to do, read from <c>lora.pipeline.yaml</c>. Paths are as they were written: relative to the
/// workspace, which is the plan's folder. Whether the files are there is for the stages to see.
/// </summary>
public sealed record Plan
{
    /// <summary>Name of the profile that was taken.</summary>
    public required string Profile { get; init; }

    /// <summary>Name of the LoRA: first part of its files' names.</summary>
    public required string Name { get; init; }

    /// <summary>The word that calls the mascot.</summary>
    public required string TriggerWord { get; init; }

    /// <summary>The mascot, a PNG with transparency.</summary>
    public required string Sprite { get; init; }

    /// <summary>Folder of all outputs, relative to the workspace, with <c>/</c>.</summary>
    public required string ArtifactsFolder { get; init; }

    /// <summary>Where no other seed is given.</summary>
    public required long Seed { get; init; }

    /// <summary>Added to every key: changing it makes everything run again. Empty for none.</summary>
    public required string Salt { get; init; }

    /// <summary>The base model: a safetensors file, or a folder in diffusers' layout.</summary>
    public required string BaseModel { get; init; }

    /// <summary>
    /// Folder with the tokenizers of a base model in a single file, and with configurations where the model has other
    /// sizes than SDXL's; null: in the folder named like the file, or beside it.
    /// </summary>
    public required string? Tokenizer { get; init; }

    /// <summary>The tagger.</summary>
    public required TaggerPlan Tagger { get; init; }

    /// <summary>Side of all pictures, pixels.</summary>
    public required int Resolution { get; init; }

    /// <summary><c>cpu</c> or <c>cuda</c>.</summary>
    public required string Device { get; init; }

    /// <summary><c>no</c> (32 bits), <c>fp16</c> or <c>bf16</c>.</summary>
    public required string MixedPrecision { get; init; }

    /// <summary>Threads of the CPU; 0: as many as there are. The number can change the last bits of a result.</summary>
    public required int Threads { get; init; }

    /// <summary>The backgrounds.</summary>
    public required BackgroundsPlan Backgrounds { get; init; }

    /// <summary>The sprite on the backgrounds.</summary>
    public required CompositesPlan Composites { get; init; }

    /// <summary>Pictures of the class without the mascot; null for none.</summary>
    public required BackgroundsPlan? Regularisation { get; init; }

    /// <summary>The pictures that versions are measured on; null for none.</summary>
    public required ValidationPlan? Validation { get; init; }

    /// <summary>The captions.</summary>
    public required TagsPlan Tags { get; init; }

    /// <summary>What can be learned from, in the order of the file.</summary>
    public required IReadOnlyList<DatasetPlan> Datasets { get; init; }

    /// <summary>What is trained, in the order of the file.</summary>
    public required IReadOnlyList<VersionPlan> Versions { get; init; }

    /// <summary>What is made of the versions, in the order of the file.</summary>
    public required IReadOnlyList<EnsemblePlan> Ensembles { get; init; }

    /// <summary>How the versions are compared.</summary>
    public required EvaluationPlan Evaluation { get; init; }

    /// <summary>
    /// <c>checks.equal_optimizer_steps</c>: names of versions that are to take equally many. What the plan says of their number is
    /// checked; what depends on a folder, before they are trained.
    /// </summary>
    public IReadOnlyList<string> EqualOptimizerSteps { get; init; } = [];

    /// <summary>Reads a plan. All profiles are checked, so that a slip in one shows before its night comes.</summary>
    /// <param name="file">The YAML file.</param>
    /// <param name="profile">Name of the profile; null: the plan's <c>default_profile</c>.</param>
    /// <param name="overrides">Values of the command line by path, such as <c>device</c> or <c>backgrounds.count</c>.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="PlanException">Something is wrong with it: everything, a line each.</exception>
    public static Plan Load(string file, string? profile = null, IReadOnlyDictionary<string, string>? overrides = null) =>
        new PlanReader(file).Read(profile, overrides ?? new Dictionary<string, string>(StringComparer.Ordinal));

    /// <summary>The version with this name.</summary>
    /// <exception cref="PlanException">There is none.</exception>
    public VersionPlan Version(string name) =>
        Versions.FirstOrDefault(version => version.Name == name)
            ?? throw new PlanException([$"There is no version `{name}`; {NearestName.Hint(name, Versions.Select(version => version.Name))}"]);
}
