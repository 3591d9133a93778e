using System.Globalization;
using Cake.Frosting;
using Slipway.Build.Context;

namespace Slipway.Build.Tasks;

/// <summary>Deletes from the cache what the last runs do not need.</summary>
[TaskName("Gc")]
[TaskDescription("Deletes from the cache what the last runs do not need (--gib=8: until that is left).")]
public sealed class GcTask : SlipwayTask
{
    private const string Gib = "gib";
    private const double BytesPerMib = 1 << 20;

    /// <summary>The options that are read here.</summary>
    internal static IReadOnlyList<string> OptionNames { get; } = [Gib];

    /// <inheritdoc/>
    protected override Task WorkAsync(BuildContext context)
    {
        var limit = Limit(context.Option(Gib));
        var (files, bytes, left) = context.Pipeline.CollectGarbage(limit);
        context.Progress.Line(FormattableString.Invariant($"{files} files deleted, {bytes / BytesPerMib:F1} MiB freed; {left / BytesPerMib:F1} MiB are left."));
        if (left > limit)
            context.Progress.Warn(FormattableString.Invariant($"The cache is larger than --{Gib}={context.Option(Gib)}: that is what the last run of each stage needs, and what is younger than an hour."));
        return Task.CompletedTask;
    }

    private static long? Limit(string? gib) => gib switch
    {
        null => null,
        var text when double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value is > 0 and < 1 << 20 => (long)(value * (1L << 30)),
        var text => throw new ArgumentException($"--{Gib} is '{text}'; expected how many GiB the cache may have, more than 0."),
    };
}
