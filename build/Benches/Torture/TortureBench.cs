using System.Globalization;

namespace Slipway.Build.Benches.Torture;

/// <summary>What happens to a cache in years, in an hour: runs that are killed, files that are harmed, many runs at once. What must hold is looked at each time.</summary>
/// <param name="root">Where Slipway's own data sets are.</param>
/// <param name="say">Takes the figures, a line each.</param>
internal sealed class TortureBench(string root, Action<string> say)
{
    /// <summary>What <c>--scenario</c> calls it.</summary>
    public const string Name = "torture";

    private const int Seed = 1;

    /// <summary>How often everything is done.</summary>
    /// <param name="Kills">Runs that are killed.</param>
    /// <param name="Damages">Files that are harmed.</param>
    /// <param name="Crowds">Crowds of eight runs.</param>
    /// <param name="Steps">Steps of the plan's longer training.</param>
    /// <param name="Target">What is run.</param>
    public sealed record Counts(int Kills, int Damages, int Crowds, int Steps, string Target);

    /// <summary>What a release must stand.</summary>
    public static Counts Full { get; } = new(Kills: 200, Damages: 500, Crowds: 10, Steps: 60, Target: "Evaluate");

    /// <summary>Does all of it.</summary>
    /// <exception cref="TortureException">Something did not hold: what, and after which harm.</exception>
    public async Task RunAsync(Counts counts, CancellationToken cancel)
    {
        var workspace = new TortureWorkspace(root, counts.Steps, counts.Target);
        try
        {
            await RunAsync(workspace, counts, cancel);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whoever looks for the cause needs it as it was.
            throw new TortureException($"{exception.Message}{(exception is TortureException ? "." : "")} The workspace is left in {workspace.Root}, with what an untouched run gave in its folder {TortureWorkspace.Untouched}.");
        }
        catch
        {
            workspace.Dispose();
            throw;
        }

        workspace.Dispose();
    }

    private async Task RunAsync(TortureWorkspace workspace, Counts counts, CancellationToken cancel)
    {
        var random = new Random(Seed);
        var ended = await new Kills(workspace, random).RunAsync(counts.Kills, cancel);
        Say($"killed     {counts.Kills} runs at random moments: {ended} came to their end in the same bytes, nothing was done again");
        var harmed = await new Damages(workspace, random).RunAsync(counts.Damages, cancel);
        Say($"harmed     {counts.Damages} files, all brought back: {string.Join(", ", harmed.Select(kind => $"{kind.Key} {kind.Value.Harmed}{(kind.Value.Silent > 0 ? $" ({kind.Value.Silent} without a word)" : "")}"))}");
        await new Crowd(workspace, random).RunAsync(counts.Crowds, cancel);
        Say($"at once    {counts.Crowds} times 8 runs of two plans, 2 of them killed every second time: all right, and each job once where none was");
    }

    private void Say(FormattableString text) => say(text.ToString(CultureInfo.InvariantCulture));
}
