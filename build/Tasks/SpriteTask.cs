using Cake.Frosting;
using Slipway.Build.Context;
using Slipway.Demo;

namespace Slipway.Build.Tasks;

/// <summary>Draws the mascot's sprite again, after a change to <see cref="Mascot"/>.</summary>
[TaskName("Sprite")]
[TaskDescription("Draws the mascot's sprite again.")]
public sealed class SpriteTask : SlipwayTask
{
    private const int Size = 1024;

    /// <inheritdoc/>
    protected override Task WorkAsync(BuildContext context)
    {
        var path = Path.Combine(context.Root, "datasets", "sail_kun", "sail_kun.png");
        Mascot.Draw(Size).SavePng(path);
        context.Progress.Line(Path.GetRelativePath(context.Folder, path));
        return Task.CompletedTask;
    }
}
