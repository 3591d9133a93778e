using System.Diagnostics;

namespace Slipway.Build.Benches.Torture;

/// <summary>Runs that are killed at random moments: each next one completes in the same bytes, and does nothing again that was done.</summary>
internal sealed class Kills(TortureWorkspace workspace, Random random)
{
    /// <summary>Kills so many runs.</summary>
    /// <returns>Runs that came to their end.</returns>
    /// <exception cref="TortureException">A run failed, gave other bytes, or did a job again.</exception>
    public async Task<int> RunAsync(int count, CancellationToken cancel)
    {
        workspace.Clear();
        var clock = Stopwatch.StartNew();
        await MustEndAsync("an untouched run");
        var (expected, whole) = (workspace.Outputs, clock.Elapsed);
        workspace.KeepOutputs();
        var (killed, ended) = (0, 0);
        while (killed < count)
        {
            workspace.Clear();
            while (killed < count && await IsKilledAsync(random.NextDouble() * whole, cancel))
                killed++;
            await MustEndAsync($"kill {killed}");
            workspace.MustHave(expected, $"kill {killed}");
            ended++;
        }

        return ended;
    }

    /// <summary>Starts a run, and kills it after a while unless it ends before.</summary>
    private async Task<bool> IsKilledAsync(TimeSpan after, CancellationToken cancel)
    {
        var before = workspace.Records;
        using var process = workspace.Start(workspace.Run);
        var said = TortureWorkspace.EndAsync(process);
        await Task.WhenAny(said, Task.Delay(after, cancel));
        cancel.ThrowIfCancellationRequested();
        var isKilled = !process.HasExited;
        process.Kill();
        var (code, text) = await said;
        if (!isKilled && code != 0)
            throw new TortureException($"A run after a kill ended with {code}: {text}");
        NothingAgain(before, "a run that was killed");
        return isKilled;
    }

    private async Task MustEndAsync(string after)
    {
        var before = workspace.Records;
        await workspace.MustRunAsync(after);
        NothingAgain(before, after);
    }

    // A job that is done again writes its record again.
    private void NothingAgain(IReadOnlyDictionary<string, DateTime> before, string after)
    {
        var now = workspace.Records;
        string[] again = [.. before.Where(record => !now.TryGetValue(record.Key, out var time) || time != record.Value).Select(record => Path.GetFileName(record.Key))];
        if (again.Length > 0)
            throw new TortureException($"After {after} these were done and are done again: {string.Join(", ", again)}");
    }
}
