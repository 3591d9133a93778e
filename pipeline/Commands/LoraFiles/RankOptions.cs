using Slipway.Pipeline.Commands.Sampling;
using Slipway.Training.LoraFiles;

namespace Slipway.Pipeline.Commands.LoraFiles;

/// <summary>The options that say to which rank something is brought.</summary>
internal static class RankOptions
{
    private const int LargestRank = 4096;

    public const string Rank = "rank";
    public const string ConvRank = "conv-rank";
    public const string Clamp = "clamp-quantile";
    public const string Dynamic = "dynamic";
    public const string DynamicParameter = "dynamic-param";

    /// <summary>Null where no rank is given.</summary>
    public static RankChoice? Read(OptionReader options)
    {
        var (dim, conv) = ((int)options.Whole(Rank, 0, 1, LargestRank), (int)options.Whole(ConvRank, 0, 1, LargestRank));
        var clamp = options.Text(Clamp) is null ? (double?)null : options.Number(Clamp, 1, 0.5, 1);
        if (dim > 0)
            return new RankChoice { Dim = dim, ConvDim = conv > 0 ? conv : null, ClampQuantile = clamp };
        if (conv > 0 || clamp is not null)
            options.Problem($"--{ConvRank} and --{Clamp} go with --{Rank}.");
        return null;
    }

    /// <summary>With the dynamic rank that is asked for, if any.</summary>
    public static RankChoice? WithDynamic(OptionReader options, RankChoice? ranks)
    {
        var method = options.OneOf(Dynamic, DynamicRank.Methods);
        var parameter = options.Number(DynamicParameter, double.NaN, double.MinValue, double.MaxValue);
        if (method is null)
        {
            if (!double.IsNaN(parameter))
                options.Problem($"--{DynamicParameter} goes with --{Dynamic}=METHOD.");
            return ranks;
        }

        var dynamic = new DynamicRank(method, parameter);
        if (dynamic.Problem is { } problem)
            options.Problem($"--{DynamicParameter}: {problem}");
        return ranks is null ? null : ranks with { Dynamic = dynamic };
    }
}
