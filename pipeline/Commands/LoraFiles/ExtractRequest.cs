using Slipway.Pipeline.Commands.Sampling;
using Slipway.Training.LoraFiles;
using static TorchSharp.torch;

namespace Slipway.Pipeline.Commands.LoraFiles;

/// <summary>What <c>--target=Extract</c> is asked for.</summary>
/// <param name="Base">The model that the LoRA will be used with.</param>
/// <param name="Tuned">What it became.</param>
/// <param name="Ranks">The LoRA's ranks.</param>
/// <param name="Precision">Null: 32 bits.</param>
/// <param name="Out">What is written.</param>
public sealed record ExtractRequest(string Base, string Tuned, RankChoice Ranks, ScalarType? Precision, string Out)
{
    /// <summary>The options that are read here.</summary>
    public static IReadOnlyList<string> OptionNames { get; } =
        ["base", "tuned", RankOptions.Rank, RankOptions.ConvRank, RankOptions.Clamp, LoraPrecision.Option, "out"];

    /// <summary>Reads the options.</summary>
    /// <param name="values">All values given for a name.</param>
    /// <exception cref="ArgumentException">Values that cannot be: all of them, in one line.</exception>
    public static ExtractRequest Read(Func<string, IReadOnlyList<string>> values)
    {
        var options = new OptionReader(values);
        var (original, tuned, path) = (options.Text("base"), options.Text("tuned"), options.Text("out") ?? string.Empty);
        var ranks = RankOptions.Read(options);
        var precision = LoraPrecision.Parse(options.OneOf(LoraPrecision.Option, LoraPrecision.Names));
        if (original is null || tuned is null)
            options.Problem("--target=Extract needs --base=MODEL and --tuned=MODEL: files, or folders in diffusers' layout.");
        if (ranks is null)
            options.Problem($"--target=Extract needs --{RankOptions.Rank}=N.");
        if (path.Length == 0)
            options.Problem("--target=Extract needs --out=FILE.");
        else
            OutFile.Check(options, path);
        options.ThrowIfAny();
        return new ExtractRequest(original!, tuned!, ranks!, precision, path);
    }
}
