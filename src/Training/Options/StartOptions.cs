using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Slipway.Engine.Files;
using Slipway.Engine.Options;

namespace Slipway.Training.Options;

/// <summary>What a training starts from beside the base model, under sd-scripts' names. What the files are called has no influence.</summary>
public sealed record StartOptions
{
    /// <summary>Its options.</summary>
    public static OptionTable<StartOptions> Declared { get; } = new(
        option =>
        [
            option.Of<string?>("network_weights", new Text { Rule = ("the path of a LoRA file", path => path.Length > 0), Spelling = UserPath.Expand }!, o => o.NetworkWeights, (o, v) => o with { NetworkWeights = v }) with
            {
                Says = "A LoRA file whose training goes on; `hub:NAME` for an entry of the plan's `hub`.",
                SdScripts = "",
            },
            option.Switch("dim_from_weights", o => o.DimFromWeights, (o, v) => o with { DimFromWeights = v }) with
            {
                Says = "Takes layers, kinds, ranks and alphas from `network_weights`, not from the options.",
                SdScripts = "false",
            },
            option.Of("base_weights", new ListOf<string>(new Text { Spelling = UserPath.Expand }, "a list of texts") { MayBeOne = true }, o => o.BaseWeights, (o, v) => o with { BaseWeights = v }) with
            {
                Says = "LoRA files that are merged into the model before the training and taken out of it afterwards; `hub:NAME` for an entry of the plan's `hub`.",
                SdScripts = "",
            },
            option.Of("base_weights_multiplier", new ListOf<double>(new Number(), "a list of numbers") { MayBeOne = true }, o => o.BaseWeightsMultiplier, (o, v) => o with { BaseWeightsMultiplier = v }) with
            {
                Says = "Strength of each of them; without it 1.",
                SdScripts = "",
            },
        ],
        Rules);

    /// <summary><c>network_weights</c>: a LoRA file whose training goes on; null: new branches.</summary>
    [JsonIgnore]
    public string? NetworkWeights { get; init; }

    /// <summary><c>dim_from_weights</c>: takes layers, kinds, ranks and alphas from <see cref="NetworkWeights"/>, not from the options.</summary>
    public bool DimFromWeights { get; init; }

    /// <summary>
    /// <c>base_weights</c>: LoRA files that are merged into the model before the training and taken out of it afterwards. What is
    /// trained is meant to be used together with them.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyList<string> BaseWeights { get; init; } = [];

    /// <summary><c>base_weights_multiplier</c>: strength of each of them; none: 1.</summary>
    public IReadOnlyList<double> BaseWeightsMultiplier { get; init; } = [];

    /// <summary>The files with their strengths.</summary>
    [JsonIgnore]
    public IReadOnlyList<BaseWeights> Bases => [.. BaseWeights.Select((file, i) => new BaseWeights(file, BaseWeightsMultiplier is [] ? 1 : BaseWeightsMultiplier[i]))];

    /// <summary>Hashes of all files' contents, in order.</summary>
    internal IEnumerable<byte[]> Hashes => new[] { NetworkWeights }.OfType<string>().Concat(BaseWeights).Select(path =>
    {
        using var stream = File.OpenRead(path);
        return SHA256.HashData(stream);
    });

    /// <summary>Whether the text encoders are no longer the base model's alone.</summary>
    internal bool ChangesText => NetworkWeights is not null || BaseWeights.Count > 0;

    private static IEnumerable<OptionProblem> Rules(StartOptions options)
    {
        if (options is { DimFromWeights: true, NetworkWeights: null })
            yield return new("dim_from_weights", "takes ranks from `network_weights`, which is not given; give both or none.", IsLack: true);
        if (options.BaseWeightsMultiplier.Count > 0 && options.BaseWeightsMultiplier.Count != options.BaseWeights.Count)
            yield return new("base_weights_multiplier", $"must be {options.BaseWeights.Count} numbers, one for each of `base_weights`, but has {options.BaseWeightsMultiplier.Count}.", IsLack: true);
    }
}
