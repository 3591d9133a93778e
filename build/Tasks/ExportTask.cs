using Cake.Frosting;
using Slipway.Build.Context;
using Slipway.Engine.Execution;

namespace Slipway.Build.Tasks;

/// <summary>Writes what sd-scripts needs to train a version: configuration, pictures and captions.</summary>
[TaskName("Export")]
[TaskDescription("Writes what sd-scripts needs to train a --version, into a folder (--out).")]
public sealed class ExportTask : SlipwayTask
{
    /// <summary>The options that are read here.</summary>
    internal static IReadOnlyList<string> OptionNames { get; } = ["out"];

    /// <inheritdoc/>
    protected override async Task WorkAsync(BuildContext context)
    {
        if (context.OneVersion is not { } version || context.Option("out") is not { Length: > 0 } folder)
            throw new ArgumentException("--target=Export needs --version=NAME and --out=FOLDER.");

        var path = Path.GetFullPath(folder, context.Folder);
        foreach (var note in await context.Pipeline.ExportAsync(version, path, context.Cancel))
            context.Progress.Line(note);

        context.Progress.Line($"{folder}: sh {ShellWord.Of(Path.Combine(path, "train.sh"))} in sd-scripts' folder trains {version}.");
    }
}
