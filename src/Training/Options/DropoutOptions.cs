using Slipway.Engine.Options;

namespace Slipway.Training.Options;

/// <summary>What is left out of a network at random while it is trained, under sd-scripts' names; 0 leaves nothing out.</summary>
public sealed record DropoutOptions
{
    // A chance of 1 would leave nothing to train.
    private const double Greatest = 0.999;

    /// <summary>Its options.</summary>
    public static OptionTable<DropoutOptions> Declared { get; } = new(option =>
    [
        option.Number("network_dropout", o => o.NetworkDropout, (o, v) => o with { NetworkDropout = v }, 0, Greatest) with
        {
            Says = "Chance of each value between down and up to be left out.",
            SdScripts = "",
            Metadata = new("ss_network_dropout") { IsNoneAtDefault = true },
        },
        option.Number("rank_dropout", o => o.RankDropout, (o, v) => o with { RankDropout = v }, 0, Greatest) with
        {
            Says = "Chance of each rank of each sample to be left out.",
            Counterpart = Counterpart.NetworkArgument,
        },
        option.Number("module_dropout", o => o.ModuleDropout, (o, v) => o with { ModuleDropout = v }, 0, Greatest) with
        {
            Says = "Chance of each branch to be left out.",
            Counterpart = Counterpart.NetworkArgument,
        },
    ]);

    /// <summary><c>network_dropout</c>: chance of each value between down and up; of LoHa and LoKr, of each value that a branch adds.</summary>
    public double NetworkDropout { get; init; }

    /// <summary><c>rank_dropout</c>: chance of each rank of each sample; of LoHa and LoKr, whose ranks are not to be separated, of each output.</summary>
    public double RankDropout { get; init; }

    /// <summary><c>module_dropout</c>: chance of each branch.</summary>
    public double ModuleDropout { get; init; }

    internal bool IsNone => this is { NetworkDropout: 0, RankDropout: 0, ModuleDropout: 0 };
}
