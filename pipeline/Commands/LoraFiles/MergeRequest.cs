using Slipway.Pipeline.Commands.Sampling;
using Slipway.Training.LoraFiles;
using static TorchSharp.torch;

namespace Slipway.Pipeline.Commands.LoraFiles;

/// <summary>What <c>--target=Merge</c> is asked for.</summary>
public sealed record MergeRequest
{
    /// <summary>The options that are read here.</summary>
    public static IReadOnlyList<string> OptionNames { get; } =
        ["lora", "model", "base", RankOptions.Rank, RankOptions.ConvRank, RankOptions.Clamp, LoraPrecision.Option, "out"];

    /// <summary>Files or names, and a colon and the strength where it is not 1.</summary>
    public required IReadOnlyList<string> Loras { get; init; }

    /// <summary>The model to merge them into; null: they become one LoRA.</summary>
    public string? Model { get; init; }

    /// <summary>The model that DoRAs among them were trained on; null: none is among them.</summary>
    public string? Base { get; init; }

    /// <summary>To which rank the sum is brought; null: it stays exact.</summary>
    public RankChoice? Ranks { get; init; }

    /// <summary>Null: a LoRA in 32 bits, a model as it was.</summary>
    public ScalarType? Precision { get; init; }

    /// <summary>What is written.</summary>
    public required string Out { get; init; }

    /// <summary>Reads the options.</summary>
    /// <param name="values">All values given for a name.</param>
    /// <exception cref="ArgumentException">Values that cannot be: all of them, in one line.</exception>
    public static MergeRequest Read(Func<string, IReadOnlyList<string>> values)
    {
        var options = new OptionReader(values);
        var request = new MergeRequest
        {
            Loras = values("lora"),
            Model = options.Text("model"),
            Base = options.Text("base"),
            Ranks = RankOptions.Read(options),
            Precision = LoraPrecision.Parse(options.OneOf(LoraPrecision.Option, LoraPrecision.Names)),
            Out = options.Text("out") ?? string.Empty,
        };
        if (request.Loras.Count == 0 || request.Loras.Contains(string.Empty))
            options.Problem("--target=Merge needs --lora=FILE:strength, several times.");
        if (request is { Model: not null, Ranks: not null })
            options.Problem($"--{RankOptions.Rank} is for a LoRA; what goes into a model (--model) keeps its full rank.");
        if (request is { Model: null, Loras.Count: 1, Ranks: null })
            options.Problem("A single LoRA is nothing to merge: name another, a --model, or bring it to another rank with --target=Resize.");
        if (request is { Model: not null, Base: not null })
            options.Problem("--base is for LoRAs that become one; what is merged into a model (--model) needs no other.");
        if (request.Out.Length == 0)
            options.Problem("--target=Merge needs --out=PATH.");
        else if (request.Model is null)
            OutFile.Check(options, request.Out);
        options.ThrowIfAny();
        return request;
    }
}
