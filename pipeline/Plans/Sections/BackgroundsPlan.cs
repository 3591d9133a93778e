using Slipway.Engine.Options;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Plans.Sections;

/// <summary>Pictures that the base model draws, backgrounds or of the class: picture i has prompt i mod n and the seed <c>Seed + i</c>.</summary>
public sealed record BackgroundsPlan
{
    private const string BatchSize = "batch_size";

    /// <summary>Its options.</summary>
    public static OptionTable<BackgroundsPlan> Declared { get; } = new(option => Pictures(option));

    /// <summary>Its options where the pictures are backgrounds, which may be the user's own.</summary>
    public static OptionTable<BackgroundsPlan> OfBackgrounds { get; } = new(option =>
    [
        option.Word("source", o => o.Source, (o, v) => o with { Source = v }) with { Says = "Where they come from: `model` draws them, `folder` takes pictures of your own, `both` does both." },
        option.Path("folder", o => o.Folder, (o, v) => o with { Folder = v }) with { Says = "Pictures of your own, cut to cover the picture; a subfolder's name is the kind of those in it. Of more than `count` a draw of `seed` chooses, evenly of each kind." },
        .. Pictures(option),
    ]);

    private static IEnumerable<Option<BackgroundsPlan>> Pictures(Declarations<BackgroundsPlan> option) =>
    [
        option.Whole("count", o => o.Count, (o, v) => o with { Count = v }, 1, 100_000) with { Says = "How many pictures are drawn." },
        option.Whole("seed", o => o.Seed, (o, v) => o with { Seed = v }, 0, uint.MaxValue) with { Says = "Seed of the first picture; each further one has the next.", Otherwise = "the plan's" },
        option.Of("sizes", PictureSize.List, o => o.Sizes, (o, v) => o with { Sizes = v }) with { Says = "Sizes of the pictures, such as `[1024x1024, 832x1216]`, taken in turn by each kind; what is made of them is trained in buckets.", Otherwise = "a square of `resolution`" },
        option.Of("prompts", PromptPlan.Kinds, o => o.Prompts, (o, v) => o with { Prompts = v }) with { Says = "Kinds and their prompts, taken in turn.", Otherwise = "must be given" },
        .. option.Part(SamplingPlan.Declared, o => o.Sampling, (o, v) => o with { Sampling = v }).Where(part => part.Name != BatchSize),
    ];

    /// <summary>How many.</summary>
    public int Count { get; init; } = 100;

    /// <summary>Where they come from.</summary>
    public BackgroundSource Source { get; init; }

    /// <summary>The user's pictures, relative to the workspace; null for none.</summary>
    public string? Folder { get; init; }

    /// <summary>Sizes that are taken in turn; empty: a square of the plan's resolution.</summary>
    public IReadOnlyList<PictureSize> Sizes { get; init; } = [];

    /// <summary>How many there will be; null where that depends on a folder.</summary>
    public int? Known => Source == BackgroundSource.Model ? Count : null;

    /// <summary>How many are drawn.</summary>
    public int Drawn => Source == BackgroundSource.Folder ? 0 : Count;

    /// <summary>The size of a picture.</summary>
    /// <param name="turn">Pictures of its kind before it.</param>
    /// <param name="resolution">Side of a square.</param>
    internal PictureSize SizeOf(long turn, int resolution) => Sizes.Count == 0 ? PictureSize.Square(resolution) : Sizes[(int)(turn % Sizes.Count)];

    /// <summary>Seed of the first.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>The kinds, in turn.</summary>
    public IReadOnlyList<PromptPlan> Prompts { get; init; } = [];

    /// <summary>How they are made.</summary>
    public SamplingPlan Sampling { get; init; } = new();

    /// <summary>Reads a section.</summary>
    /// <param name="reader">The section.</param>
    /// <param name="seed">The plan's.</param>
    /// <param name="mayBeOwn">Whether the pictures may be the user's own.</param>
    internal static BackgroundsPlan Read(MappingReader reader, long seed, bool mayBeOwn = false)
    {
        var plan = reader.Read(mayBeOwn ? OfBackgrounds : Declared, new BackgroundsPlan { Seed = seed });
        if (plan.Drawn > 0)
            PromptPlan.Check(reader);
        if (mayBeOwn && (plan.Source != BackgroundSource.Model) != plan.Folder is not null)
            reader.Problem("folder", "must be given for `source: folder` and `source: both`, and only then.");
        if (!reader.IsUnset(BatchSize))
            reader.Problem(BatchSize, "is for `evaluation`: each of these pictures goes through the UNet by itself, so that its bytes do not depend on its neighbours; leave it out.");
        reader.Finish();
        return plan;
    }
}
