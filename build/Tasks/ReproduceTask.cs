using Cake.Frosting;
using Slipway.Build.Context;
using Slipway.Engine.Execution;

namespace Slipway.Build.Tasks;

/// <summary>Trains again without the cache and compares the bytes.</summary>
[TaskName("Reproduce")]
[TaskDescription("Trains again without the cache and compares the bytes.")]
public sealed class ReproduceTask : SlipwayTask
{
    /// <summary>A LoRA file that is to be made again.</summary>
    private const string From = "from";

    /// <summary>The options that are read here.</summary>
    internal static IReadOnlyList<string> OptionNames { get; } = [From];

    /// <inheritdoc/>
    protected override async Task WorkAsync(BuildContext context)
    {
        if (context.Option(From) is { } file)
        {
            await ReproduceAsync(context, file);
            return;
        }

        foreach (var version in context.Versions ?? context.Pipeline.Versions)
        {
            var different = await context.Pipeline.ReproduceAsync(version, context.Cancel);
            context.Progress.Line(different is null ? $"{version}: the same bytes" : $"{version}: other bytes in {different}");
            if (different is not null)
                throw new DifferenceException($"Training {version} again gave other bytes in {different}.");
        }
    }

    private static async Task ReproduceAsync(BuildContext context, string file)
    {
        var path = Path.GetFullPath(file, context.Folder);
        if (!File.Exists(path))
            throw new FileNotFoundException($"'{file}' does not exist; name a LoRA file, such as --{From}=x.safetensors.", path);
        var made = await context.Pipeline.ReproduceFileAsync(path, context.Cancel);
        if (made.Differences.Count > 0)
            throw new DifferenceException($"'{file}' cannot be made again by {made.Name} of this plan; since then there is other:\n{string.Join("\n", made.Differences.Select(line => $"  {line}"))}");
        context.Progress.Line(made.Bytes is null ? $"{file}: {made.Name} gives the same bytes" : $"{file}: {made.Name} gives other bytes: {made.Bytes}");
        if (made.Bytes is not null)
            throw new DifferenceException($"Making '{file}' again gave other bytes: {made.Bytes}.");
    }
}
