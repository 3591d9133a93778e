using Cake.Frosting;
using Slipway.Build.Context;
using Slipway.Engine.Execution;

namespace Slipway.Build.Tasks;

/// <summary>Writes a folder for the Hugging Face Hub.</summary>
[TaskName("Publish")]
[TaskDescription("Writes a LoRA with a model card, ready for the Hugging Face Hub, into a folder (--out).")]
public sealed class PublishTask : SlipwayTask
{
    private const string Out = "out";

    /// <summary>The options that are read here.</summary>
    internal static IReadOnlyList<string> OptionNames { get; } = [Out];

    /// <inheritdoc/>
    protected override async Task WorkAsync(BuildContext context)
    {
        if (context.Option(Out) is not { Length: > 0 } folder)
            throw new ArgumentException("--target=Publish needs --out=FOLDER, a folder that is not there yet.");
        foreach (var line in await context.Pipeline.PublishAsync(context.OneVersion, Path.GetFullPath(folder, context.Folder), context.Cancel))
            context.Progress.Line(line);
        context.Progress.Line($"{folder}: README.md is the model card; `hf upload OWNER/NAME {ShellWord.Of(folder)}` puts all of it onto the hub.");
    }
}
