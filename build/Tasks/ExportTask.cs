using Cake.Frosting;
using Slipway.Build.Context;

namespace Slipway.Build.Tasks;

/// <summary>Writes what sd-scripts needs to train a version: configuration, pictures and captions.</summary>
[TaskName("Export")]
[TaskDescription("Writes what sd-scripts needs to train a --version, into a folder (--out).")]
public sealed class ExportTask : SlipwayTask
{
    /// <summary>The options that are read here.</summary>
    internal static IReadOnlyList<string> OptionNames { get; } = ["out"];

    /// <summary>A path as a shell takes it, whatever characters are in it.</summary>
    internal static string Quoted(string path) =>
        path.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-') ? path : $"'{path.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <inheritdoc/>
    protected override async Task WorkAsync(BuildContext context)
    {
        if (context.OneVersion is not { } version || context.Option("out") is not { Length: > 0 } folder)
            throw new ArgumentException("--target=Export needs --version=NAME and --out=FOLDER.");

        foreach (var note in await context.Pipeline.ExportAsync(version, Path.GetFullPath(folder, context.Folder), context.Cancel))
            context.Progress.Line(note);

        context.Progress.Line($"{folder}: sh {Quoted(Path.Combine(folder, "train.sh"))} in sd-scripts' folder trains {version}.");
    }
}
