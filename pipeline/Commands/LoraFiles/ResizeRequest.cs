using Slipway.Pipeline.Commands.Sampling;
using Slipway.Training.LoraFiles;
using static TorchSharp.torch;

namespace Slipway.Pipeline.Commands.LoraFiles;

/// <summary>What <c>--target=Resize</c> is asked for.</summary>
/// <param name="Lora">A file, or a name.</param>
/// <param name="Ranks">The rank that it gets.</param>
/// <param name="Precision">Null: as it was.</param>
/// <param name="Out">What is written.</param>
public sealed record ResizeRequest(string Lora, RankChoice Ranks, ScalarType? Precision, string Out)
{
    /// <summary>The model that a DoRA was trained on; null: it is none.</summary>
    public string? Base { get; init; }

    /// <summary>The options that are read here.</summary>
    public static IReadOnlyList<string> OptionNames { get; } =
    [
        "lora", "base", RankOptions.Rank, RankOptions.ConvRank, RankOptions.Clamp, RankOptions.Dynamic, RankOptions.DynamicParameter, LoraPrecision.Option, "out",
    ];

    /// <summary>Reads the options.</summary>
    /// <param name="values">All values given for a name.</param>
    /// <exception cref="ArgumentException">Values that cannot be: all of them, in one line.</exception>
    public static ResizeRequest Read(Func<string, IReadOnlyList<string>> values)
    {
        var options = new OptionReader(values);
        var (loras, path) = (values("lora"), options.Text("out") ?? string.Empty);
        var ranks = RankOptions.WithDynamic(options, RankOptions.Read(options));
        var model = options.Text("base");
        var precision = LoraPrecision.Parse(options.OneOf(LoraPrecision.Option, LoraPrecision.Names));
        if (loras is not [{ Length: > 0 }])
            options.Problem("--target=Resize needs one --lora=FILE.");
        if (ranks is null)
            options.Problem($"--target=Resize needs --{RankOptions.Rank}=N.");
        if (path.Length == 0)
            options.Problem("--target=Resize needs --out=FILE.");
        else
            OutFile.Check(options, path);
        options.ThrowIfAny();
        return new ResizeRequest(loras[0], ranks!, precision, path) { Base = model };
    }
}
