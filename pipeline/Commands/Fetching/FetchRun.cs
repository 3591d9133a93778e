using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;
using Slipway.Hub;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Sections;

namespace Slipway.Pipeline.Commands.Fetching;

/// <summary>
/// <c>--target=Fetch</c>: brings the files of the hub that a profile refers to onto this machine, into the hub's own cache. What is there already, by its name or by what is
/// in it, is not fetched again.
/// </summary>
/// <param name="planFile">Full path of the plan.</param>
/// <param name="profile">Its profile; null: the default one.</param>
/// <param name="settings">Where the hub is, and its cache.</param>
/// <param name="progress">Hears how far it is.</param>
public sealed class FetchRun(string planFile, string? profile, HubSettings settings, IProgressSink progress)
{
    /// <summary>The option that names folders to look through.</summary>
    public const string From = "from";

    private const string Stage = "Fetch";
    private const double Mib = 1 << 20;

    // Where the shipped plan's readers put models by hand.
    private const string Models = "models";

    /// <summary>Folders with files that may be those that are wanted, under other names.</summary>
    public IReadOnlyList<string> Folders { get; init; } = [];

    /// <summary>Whether the lock file may not be changed.</summary>
    public bool IsLocked { get; init; }

    /// <summary>How long the hub is waited for; null: as usual.</summary>
    public HubTiming? Timing { get; init; }

    /// <summary>Fetches what is not there.</summary>
    /// <param name="cancel">Stops; what has come stays for the next time.</param>
    /// <returns>How many files were fetched, and how many were there.</returns>
    /// <exception cref="ArgumentException">The plan refers to no file of the hub, or a folder to look through does not exist.</exception>
    /// <exception cref="InvalidDataException">There is no such file, or not for this caller.</exception>
    /// <exception cref="DifferenceException">A file has other bytes than are written down.</exception>
    /// <exception cref="HubException">The hub is not reached.</exception>
    public async Task<(int Fetched, int There)> RunAsync(CancellationToken cancel)
    {
        if (Folders.FirstOrDefault(folder => !Directory.Exists(folder)) is { } missing)
            throw new ArgumentException($"--{From}: '{missing}' is no folder; expected one with model files.");
        var plan = Plan.Load(planFile, profile);
        var files = Wanted(plan);
        if (files.Count == 0)
            throw new ArgumentException($"The profile '{plan.Profile}' refers to no file of the hub: give it a section `{HubPlan.Key}`, and name its entries where a model is wanted, as in `base_model: {HubPlan.Key}:sdxl`.");
        using var cache = new Cache(PlanPaths.Workspace(planFile), progress.Warn, PlanPaths.Stem(planFile));
        var locked = new LockFile(PlanPaths.LockFile(planFile), progress.Warn);
        var places = new HubPlaces(new HubCache(settings.Cache), cache.Workspace, locked.FindFile);
        var fetched = 0;
        foreach (var (name, wanted) in files)
        {
            cancel.ThrowIfCancellationRequested();
            if (await FetchAsync(name, wanted, places, cache, locked, cancel))
                fetched++;
        }

        return (fetched, files.Count - fetched);
    }

    /// <summary>The files that a plan refers to, with the names of their entries; and the vocabulary of a checkpoint that has none.</summary>
    internal IReadOnlyList<(string Name, WantedFile File)> Wanted(Plan plan)
    {
        var names = LocatedPlan.References(plan).Select(reference => HubPlan.NameIn(reference.Value)).OfType<string>().Distinct(StringComparer.Ordinal);
        var entries = names.Select(name => plan.Hub.First(entry => entry.Name == name)).ToList();
        var isSingleFile = entries.Find(entry => entry.Name == HubPlan.NameIn(plan.BaseModel)) is { } model ? model.File is not null : LocatedPlan.IsAlone(Path.Combine(PlanPaths.Workspace(planFile), plan.BaseModel));
        if (plan.Tokenizer is null && isSingleFile)
            entries.AddRange(ClipVocabulary.Files);
        return [.. entries.SelectMany(entry => entry.Wanted.Select(file => (entry.Name, file)))];
    }

    private async Task<bool> FetchAsync(string name, WantedFile wanted, HubPlaces places, Cache cache, LockFile locked, CancellationToken cancel)
    {
        var known = places.Known(wanted);
        if (places.Find(wanted) is { } there)
        {
            var hash = cache.Hasher.Hash(there);
            if (known.Hash is { } expected && hash != expected)
                throw new DifferenceException(HubPlaces.OtherBytes(there, known, hash, "run Fetch again"));
            progress.Line($"{name}: {known.File.Path} is there: {there}");
            Pin(name, wanted, new FetchedFile(there, places.CommitOf(known.File), hash, new FileInfo(there).Length), locked);
            return false;
        }

        using var download = new HubDownload(settings, Timing) { Say = progress.Warn, Progress = Meter(known.File.Path) };
        // Of what is not written down the hub says what it is, so that it can be looked for; without a size every file would have to be read.
        if (known.Hash is null || (known.Size is null && !settings.IsOffline))
            known = await download.DescribeAsync(known, cancel);
        if (Elsewhere(known, cache) is { } other)
        {
            Link(places.LinkOf(known.File), other);
            progress.Line($"{name}: {known.File.Path} is there under another name, with the same bytes: {other}");
            Pin(name, wanted, new FetchedFile(other, known.File.Revision, known.Hash!.Value, new FileInfo(other).Length), locked);
            return false;
        }

        RequirePinned(wanted, locked);
        var file = await download.FetchAsync(known, cancel);
        progress.End(Stage);
        cache.Hasher.Remember(file.Path, file.Hash);
        progress.Line(FormattableString.Invariant($"{name}: {known.File.Path} fetched, {file.Size / Mib:F1} MiB: {file.Path}"));
        Pin(name, wanted, file, locked);
        return true;
    }

    /// <summary>A file with these bytes in the hub's cache, in the folders given, or among the models of the workspace.</summary>
    private string? Elsewhere(WantedFile known, Cache cache)
    {
        if (known.Hash is not { } hash)
            return null;
        if (new HubCache(settings.Cache).Find(hash) is { } blob)
            return blob;
        string[] folders = [.. Folders, Path.Combine(cache.Workspace, Models), settings.Cache];
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
        return folders.Where(Directory.Exists)
            .SelectMany(folder => new DirectoryInfo(folder).EnumerateFiles("*", options).Where(file => known.Size is null || file.Length == known.Size).Select(file => file.FullName).Order(StringComparer.Ordinal))
            .FirstOrDefault(file => !file.EndsWith(".incomplete", StringComparison.Ordinal) && cache.Hasher.TryHash(file) == hash);
    }

    private static void Link(string link, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        File.Delete(link);
        File.CreateSymbolicLink(link, target);
    }

    private void RequirePinned(WantedFile wanted, LockFile locked)
    {
        if (IsLocked && wanted.Hash is null && locked.FindFile(wanted.File.ToString()) is null)
            throw new DifferenceException($"{wanted.File} has no hash in the plan and none in the lock file {Path.GetFileName(PlanPaths.LockFile(planFile))}, and --locked forbids to write it down. Run Fetch without --locked.");
    }

    private void Pin(string name, WantedFile wanted, FetchedFile file, LockFile locked)
    {
        var source = wanted.File.ToString();
        if (wanted.Hash is not null || locked.FindFile(source) is not null)
            return;
        RequirePinned(wanted, locked);
        locked.Set(source, new LockedFile(file.Commit, file.Size, file.Hash));
        progress.Line($"{name}: the plan gives no hash; written down in {Path.GetFileName(PlanPaths.LockFile(planFile))}: sha256 {file.Hash}, {file.Size} bytes, commit {file.Commit}");
    }

    private Action<long, long?> Meter(string file)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        long? begun = null;
        return (done, all) =>
        {
            begun ??= done;
            var rate = clock.Elapsed.TotalSeconds > 0 ? (done - begun.Value) / Mib / clock.Elapsed.TotalSeconds : 0;
            progress.Report(Stage, (int)(done / Mib), (int)Math.Max(1, Math.Ceiling((all ?? done) / Mib)), FormattableString.Invariant($"MiB of {file}, {rate:F1} MiB/s"));
        };
    }
}
