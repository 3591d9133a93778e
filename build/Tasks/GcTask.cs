using System.Globalization;
using Cake.Frosting;
using Slipway.Build.Context;
using Slipway.Engine.Options;
using Slipway.Pipeline.Runs;

namespace Slipway.Build.Tasks;

/// <summary>Deletes from the cache what the last runs do not need.</summary>
[TaskName("Gc")]
[TaskDescription("Deletes from the cache what the last runs do not need (--gib=8: until that is left).")]
public sealed class GcTask : SlipwayTask
{
    private const string Gib = "gib";
    private const string Days = "days";

    /// <summary>Says what would go, and deletes nothing.</summary>
    internal const string Preview = "preview";

    private const double BytesPerMib = 1 << 20;

    /// <summary>The options that are read here.</summary>
    internal static IReadOnlyList<string> OptionNames { get; } = [Gib, Days, Preview];

    /// <inheritdoc/>
    protected override Task WorkAsync(BuildContext context)
    {
        var request = new GarbageRequest(Limit(context.Option(Gib)), Age(context.Option(Days)), context.IsOn(Preview));
        var report = context.Pipeline.CollectGarbage(request);
        context.Progress.Line(request.IsPreview
            ? $"{report.Files} files would be deleted, {Mib(report.Bytes)} freed; {Mib(report.Left)} would be left. The cache holds:"
            : $"{report.Files} files deleted, {Mib(report.Bytes)} freed; {Mib(report.Left)} are left:");
        foreach (var part in report.Holds)
            context.Progress.Line($"  {Mib(part.Bytes),12}  {part.Name} ({part.Files} {(part.Files == 1 ? "file" : "files")})");
        if (report.Left > request.Limit)
            context.Progress.Warn($"The cache {(request.IsPreview ? "would be" : "is")} larger than --{Gib}={context.Option(Gib)}: that is what the last run of each stage needs, and what is younger than an hour.");
        return Task.CompletedTask;
    }

    private static string Mib(long bytes) => FormattableString.Invariant($"{bytes / BytesPerMib:F1} MiB");

    private static long? Limit(string? gib) => gib switch
    {
        null => null,
        var text when double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value is > 0 and < 1 << 20 => (long)(value * (1L << 30)),
        var text => throw new ArgumentException($"--{Gib} is '{text}'; expected how many GiB the cache may have, more than 0{DecimalComma.Advice(text)}."),
    };

    private static TimeSpan? Age(string? days) => days switch
    {
        null => null,
        var text when double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value is > 0 and < 1 << 20 => TimeSpan.FromDays(value),
        var text => throw new ArgumentException($"--{Days} is '{text}'; expected how many days old a run may be, more than 0{DecimalComma.Advice(text)}."),
    };
}
