using Slipway.Diffusion.Sampling;
using Slipway.Engine.Options;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Plans.Axes;
using Slipway.Pipeline.Plans.Sections;

namespace Slipway.Pipeline.Commands.Sampling;

/// <summary>What <c>--target=Sample</c> is asked for, under the names of its options.</summary>
public sealed record SampleRequest
{
    private const int LargestSide = 16384;
    private const int MostPictures = 10_000;

    /// <summary>The options that are read here.</summary>
    public static IReadOnlyList<string> OptionNames { get; } =
    [
        "model", "prompt", "negative", "seed", "steps", "sampler", "guidance", "width", "height", "count", "lora", "spacing", "decode-precision", "tokenizer", "out", "x", "y", "pages", "max-cells",
    ];

    /// <summary>A folder or file; null: the plan's base model.</summary>
    public string? Model { get; init; }

    /// <summary>What is to be seen, in the web UIs' syntax.</summary>
    public required string Prompt { get; init; }

    /// <summary>What is not.</summary>
    public string NegativePrompt { get; init; } = string.Empty;

    /// <summary>Seed of the first picture; each further one has the next.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Number of steps.</summary>
    public int Steps { get; init; } = 20;

    /// <summary>The sampler.</summary>
    public string Sampler { get; init; } = SamplerNames.EulerAncestral;

    /// <summary>Scale of classifier-free guidance; 1 is none.</summary>
    public double Guidance { get; init; } = 5;

    /// <summary>Pixels; null: the model's own size.</summary>
    public int? Width { get; init; }

    /// <summary>Pixels; null: the model's own size.</summary>
    public int? Height { get; init; }

    /// <summary>Number of pictures.</summary>
    public int Count { get; init; } = 1;

    /// <summary>LoRAs: a file or a name, and a colon and the strength where it is not 1.</summary>
    public IReadOnlyList<string> Loras { get; init; } = [];

    /// <summary>Which timesteps are visited; null: as the model's configuration says.</summary>
    public string? Spacing { get; init; }

    /// <summary>What the autoencoder decodes in, see <see cref="SamplingPlan.DecodePrecision"/>.</summary>
    public string DecodePrecision { get; init; } = SamplingPlan.Full;

    /// <summary>Folder with the tokenizers of a model in a single file; null: beside the file, or as the plan says.</summary>
    public string? Tokenizer { get; init; }

    /// <summary>What changes from column to column of a grid; null: no grid is drawn.</summary>
    public GridAxis? X { get; init; }

    /// <summary>What changes from row to row.</summary>
    public GridAxis? Y { get; init; }

    /// <summary>What changes from page to page.</summary>
    public GridAxis? Pages { get; init; }

    /// <summary>A grid of more cells is refused.</summary>
    public int MaxCells { get; init; } = GridPlan.UsualCells;

    /// <summary>Whether a grid is asked for.</summary>
    public bool IsGrid => X is not null;

    /// <summary>The file; with several pictures their number is put before its ending.</summary>
    public string Out { get; init; } = "sample.png";

    /// <summary>Reads the options.</summary>
    /// <param name="values">All values given for a name; of most options the last counts.</param>
    /// <exception cref="ArgumentException">Values that cannot be: all of them, in one line.</exception>
    public static SampleRequest Read(Func<string, IReadOnlyList<string>> values)
    {
        var options = new OptionReader(values);
        var defaults = new SampleRequest { Prompt = string.Empty };
        var request = new SampleRequest
        {
            Model = options.Text("model"),
            Prompt = options.Text("prompt") ?? string.Empty,
            NegativePrompt = values("negative") is [.., var negative] ? negative : string.Empty,
            Seed = options.Whole("seed", defaults.Seed, 0, long.MaxValue - MostPictures),
            Steps = (int)options.Whole("steps", defaults.Steps, 1, 999),
            Sampler = options.OneOf("sampler", SamplerNames.All) ?? defaults.Sampler,
            Guidance = options.Number("guidance", defaults.Guidance, 1, 100),
            Width = options.Side("width", LargestSide),
            Height = options.Side("height", LargestSide),
            Count = (int)options.Whole("count", defaults.Count, 1, MostPictures),
            Loras = values("lora"),
            Spacing = options.OneOf("spacing", TimestepSpacing.Names),
            DecodePrecision = options.OneOf("decode-precision", [SamplingPlan.Full, SamplingPlan.BFloat16]) ?? defaults.DecodePrecision,
            Tokenizer = options.Text("tokenizer"),
            Out = options.Text("out") ?? defaults.Out,
            X = Axis(options, "x"),
            Y = Axis(options, "y"),
            Pages = Axis(options, "pages"),
            MaxCells = (int)options.Whole("max-cells", defaults.MaxCells, 1, 1_000_000),
        };
        if (request.Prompt.Length == 0)
            options.Problem("--target=Sample needs --prompt=\"what is to be seen\".");
        var isGrid = values("x").Count > 0;
        if (isGrid ? PictureFormats.Of(request.Out) is null : !request.Out.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
            options.Problem($"--out is '{request.Out}'; expected the name of a .png file{(isGrid ? ", or of a .jpg or .webp one" : "")}.");
        if (!isGrid && (values("y").Count > 0 || values("pages").Count > 0))
            options.Problem("--y and --pages are axes of a grid, which has --x too.");
        if (isGrid && request.Count > 1)
            options.Problem("--count is for single pictures; a grid has an axis of seeds, such as --pages=seed=1-4.");
        if (request.Loras.Contains(string.Empty))
            options.Problem("--lora is empty; expected --lora=FILE:strength.");
        options.ThrowIfAny();
        return request;
    }

    /// <summary>How the pictures are made.</summary>
    internal SamplingPlan Sampling => new() { NegativePrompt = NegativePrompt, Sampler = Sampler, Steps = Steps, Guidance = Guidance, DecodePrecision = DecodePrecision };

    private static GridAxis? Axis(OptionReader options, string name)
    {
        if (options.Text(name) is not { } text)
            return null;
        if (text.AsSpan().IndexOfAny(':', '=') <= 0)
        {
            options.Problem($"--{name} is '{text}'; expected an axis and its entries, such as --{name}=seed=1-4 or --{name}=\"strength=0.2-1.0 (+0.2)\".");
            return null;
        }

        var slips = new List<Slip>();
        _ = new AxisValue().TryRead(new WrittenText(text, IsPlain: false), slips, out var axis);
        foreach (var slip in slips)
            options.Problem($"--{name} {slip.What}");
        return axis;
    }

    /// <summary>Full paths of the pictures: <c>x.png</c>, or <c>x_0001.png</c>, <c>x_0002.png</c>, … where there are several.</summary>
    /// <param name="folder">Where the user stands.</param>
    public IReadOnlyList<string> Paths(string folder)
    {
        var path = Path.GetFullPath(Out, folder);
        return Count == 1 ? [path] : [.. Enumerable.Range(1, Count).Select(i => $"{path[..^4]}_{i:D4}{path[^4..]}")];
    }
}
