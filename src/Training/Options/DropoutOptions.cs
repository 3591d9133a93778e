namespace Slipway.Training.Options;

/// <summary>What is left out of a network at random while it is trained, under sd-scripts' names; 0 leaves nothing out.</summary>
public sealed record DropoutOptions
{
    /// <summary><c>network_dropout</c>: chance of each value between down and up; of LoHa and LoKr, of each value that a branch adds.</summary>
    public double NetworkDropout { get; init; }

    /// <summary><c>rank_dropout</c>: chance of each rank of each sample; of LoHa and LoKr, whose ranks are not to be separated, of each output.</summary>
    public double RankDropout { get; init; }

    /// <summary><c>module_dropout</c>: chance of each branch.</summary>
    public double ModuleDropout { get; init; }

    internal bool IsNone => this is { NetworkDropout: 0, RankDropout: 0, ModuleDropout: 0 };

    internal IEnumerable<string> Problems()
    {
        foreach (var (name, rate) in new[] { ("network_dropout", NetworkDropout), ("rank_dropout", RankDropout), ("module_dropout", ModuleDropout) })
            if (rate is not (>= 0 and < 1)) yield return $"{name}: {rate} is no chance that leaves anything; use 0 or more, below 1.";
    }
}
