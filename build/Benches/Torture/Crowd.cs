using System.Globalization;
using System.Text.RegularExpressions;

namespace Slipway.Build.Benches.Torture;

/// <summary>Many runs at once on one cache, of equal and of different plans, some of which are killed: each job is done once, and everything is right.</summary>
internal sealed partial class Crowd(TortureWorkspace workspace, Random random)
{
    private const int Runs = 8;
    private const int Killed = 2;

    /// <summary>Lets so many crowds loose, each on an empty cache.</summary>
    /// <exception cref="TortureException">A run failed, results are others, or a job was done twice.</exception>
    public async Task RunAsync(int count, CancellationToken cancel)
    {
        workspace.Clear();
        var jobs = 0;
        foreach (var plan in Plans)
            jobs += Ran(await workspace.MustRunAsync("nothing", plan));
        var (expected, records) = (workspace.Outputs, workspace.Records.Count);
        for (var i = 1; i <= count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            workspace.Clear();
            var ran = await LooseAsync($"crowd {i}", i % 2 == 0 ? Killed : 0);
            if (i % 2 == 1 && ran != jobs)
                throw new TortureException($"In crowd {i} {ran} jobs were run; expected each of {jobs} once.");
            foreach (var plan in Plans)
                await workspace.MustRunAsync($"crowd {i}", plan);
            workspace.MustHave(expected, $"crowd {i}");
            if (workspace.Records.Count != records)
                throw new TortureException($"After crowd {i} there are {workspace.Records.Count} records; expected {records}.");
        }
    }

    private static string[][] Plans => [[], [$"--config={TortureWorkspace.OtherPlan}"]];

    /// <summary>Lets a crowd loose.</summary>
    /// <returns>How many jobs those that came to their end have run.</returns>
    private async Task<int> LooseAsync(string name, int kills)
    {
        var processes = Enumerable.Range(0, Runs).Select(i => workspace.Start([workspace.Run, .. Plans[i % Plans.Length]])).ToList();
        var ends = processes.ConvertAll(TortureWorkspace.EndAsync);
        foreach (var victim in processes.OrderBy(_ => random.Next()).Take(kills))
        {
            await Task.Delay(TimeSpan.FromSeconds(random.NextDouble() * 5));
            victim.Kill();
        }

        var all = await Task.WhenAll(ends);
        processes.ForEach(process => process.Dispose());
        foreach (var (code, said) in all)
        {
            if (code != 0 && (code != 137 || kills == 0))
                throw new TortureException($"In {name} a run ended with {code}: {said}");
        }

        return all.Where(end => end.Code == 0).Sum(end => Ran(end.Said));
    }

    /// <summary>Jobs that a run has run: the column of the table that it ends with.</summary>
    private static int Ran(string said) => Row().Matches(said).Sum(row => int.Parse(row.Groups["run"].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^\w+ .*? (?<run>\d+) +\d+ +[\d.:]+( s)?\r?$", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Row();
}
