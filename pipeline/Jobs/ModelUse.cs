using System.Globalization;
using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Model;
using Slipway.Engine.Caching;
using Slipway.Engine.Jobs;
using Slipway.Pipeline.Drawing;
using Slipway.Pipeline.Plans.Sections;

namespace Slipway.Pipeline.Jobs;

/// <summary>A model that a job works with: its files by what they are to it, and how it is loaded.</summary>
/// <param name="BaseModel">The files; their contents count.</param>
/// <param name="Path">The folder in diffusers' layout, or the checkpoint in a single file, relative to the workspace.</param>
/// <param name="Companions">The folder with a single file's tokenizers, relative to the workspace; null: beside the file.</param>
/// <param name="Device"><c>cpu</c> or <c>cuda</c>.</param>
/// <param name="MixedPrecision"><c>no</c>, <c>fp16</c> or <c>bf16</c>.</param>
/// <param name="Threads">Threads of the CPU that are used.</param>
public sealed record ModelUse(
    [property: Inline] IReadOnlyList<NamedFile> BaseModel,
    [property: NotInKey("A model's place is in no byte; where its name is, the job names it.")] string Path,
    [property: NotInKey("As for the path.")] string? Companions,
    string Device,
    string MixedPrecision,
    int Threads)
{
    /// <summary>The role of an autoencoder that is not the model's own.</summary>
    public const string Vae = "other_vae";

    /// <summary>Whether a card computes by algorithms alone that give the same bits each time. The processor has no others: there it is always true.</summary>
    public bool Deterministic { get; init; } = true;

    /// <summary>Changes with how the processor computes products in bf16, see <see cref="Slipway.Diffusion.Modules.RaisedPrecision"/>; 0 where none are.</summary>
    public int Bf16Products { get; init; }

    /// <summary>The role of the only weights of a checkpoint in a single file.</summary>
    public const string Checkpoint = "checkpoint";

    /// <summary>The groups of facts that what the model computes depends on.</summary>
    public IReadOnlyList<string> Environment => EnvironmentGroups.On(Device, EnvironmentGroups.Torch);

    /// <summary>What holds of it instead of what its files say.</summary>
    [Inline]
    public ModelSettings Settings { get; init; } = new();

    /// <summary>Whether it is a checkpoint in a single file.</summary>
    public bool IsSingleFile => BaseModel.Any(file => file.Name == Checkpoint);

    /// <summary>The model, loaded: the worker's own, which the next job may want too.</summary>
    public SdxlModel Load(JobIo io) => io.Live(Key(io), () => ModelLoader.Load(Full(io, Path), Companions is null ? null : Full(io, Companions), Device, MixedPrecision, Threads, Overrides(io), io.Warn, Deterministic));

    /// <summary>The hash by which web UIs know it, see <see cref="ModelHash"/>.</summary>
    public ContentHash Hash(JobIo io) => ModelHash.From([.. BaseModel.Select(file => (file.Name, io.HashOf(file.File)))]);

    /// <summary>What pictures say of it.</summary>
    public ModelIdentity Identity(JobIo io, string name) => new(name, Hash(io));

    /// <summary>The same, with what a plan says instead of its files.</summary>
    /// <param name="io">The job's.</param>
    /// <param name="name">What pictures call it.</param>
    /// <param name="vaeName">What they call the other autoencoder.</param>
    public ModelIdentity Identity(JobIo io, string name, string? vaeName) => Identity(io, name) with
    {
        Vae = OtherVae is { } vae ? (vaeName!, io.HashOf(vae)) : null,
        ClipSkip = Settings.OtherClipSkip,
    };

    /// <summary>Whether pictures say more of it than its name and hash.</summary>
    public bool IsToldOf => OtherVae is not null || Settings.OtherClipSkip is not null;

    /// <summary>Everything that the loaded model and what it computes depend on.</summary>
    public IReadOnlyList<FingerprintEntry> Entries(JobIo io) =>
    [
        .. BaseModel.Select(file => FingerprintEntry.Output($"base_model/{file.Name}", file.Name, io.HashOf(file.File), io.PathOf(file.File))),
        FingerprintEntry.Parameter("device", Device),
        FingerprintEntry.Parameter("mixed_precision", MixedPrecision),
        FingerprintEntry.Parameter("threads", Threads.ToString(CultureInfo.InvariantCulture)),
        .. Deterministic ? Array.Empty<FingerprintEntry>() : [FingerprintEntry.Parameter("deterministic", "false")],
        .. Bf16Products == 0 ? Array.Empty<FingerprintEntry>() : [FingerprintEntry.Parameter("bf16_products", Bf16Products.ToString(CultureInfo.InvariantCulture))],
        .. Settings.Entries,
        .. io.FactsOf(Environment),
    ];

    /// <summary>Full path of the model, beside its files.</summary>
    public string Full(JobIo io) => Full(io, Path);

    /// <summary>The autoencoder that is not the model's own; null: it has its own.</summary>
    public Input? OtherVae => BaseModel.FirstOrDefault(file => file.Name == Vae)?.File;

    private ModelOverrides Overrides(JobIo io) => Settings.Overrides(OtherVae is { } vae ? io.PathOf(vae) : null);

    private ContentHash Key(JobIo io) => new Fingerprint(Entries(io)).Key;

    private string Full(JobIo io, string path) => io.BesideOf((FileRef)BaseModel[0].File, path);
}
