using System.Text;
using Slipway.Engine.Caching;
using Slipway.Engine.Files;
using Slipway.Engine.Options;
using Slipway.Imaging.Measuring;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Commands.Snapshots;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Commands.Comparisons;

/// <summary>Compares results with others.</summary>
/// <param name="plan">The plan.</param>
/// <param name="workspace">Full path of its folder.</param>
/// <param name="results">What a run of it left.</param>
internal sealed class ComparisonRun(Plan plan, string workspace, SnapshotResults results)
{
    private const int Channel = PictureComparison.Channel;
    private readonly EvaluationDocument _now = EvaluationDocument.Parse(results.Evaluation, "evaluation.json");

    /// <summary>Two versions of the plan.</summary>
    /// <exception cref="PlanException">There is no such version.</exception>
    public Comparison Versions(string a, string b)
    {
        foreach (var name in new[] { a, b }.Where(name => !_now.Names.Contains(name)))
            throw new PlanException([$"There is no version `{name}` in the evaluation; {NearestName.Hint(name, _now.Names)}"]);
        var pairs = results.Pictures.Where(picture => picture.Version == a)
            .Join(results.Pictures.Where(picture => picture.Version == b), picture => (picture.Kind, picture.Seed), picture => (picture.Kind, picture.Seed), (before, after) => (Before: before, After: after))
            .Select(pair => (pair.Before, pair.After, First: Picture.Load(pair.Before.Path), Second: Picture.Load(pair.After.Path))).ToList();
        return new Comparison(a, b)
        {
            Settings = SettingChanges.Between(SettingsOf(a), Nothing, SettingsOf(b), Nothing),
            Measures = [.. Measures(null, _now.Of(a), _now.Of(b), name => _now.Interval(a, name), name => _now.Interval(b, name), Samples(_now, a), Samples(_now, b))],
            Pictures = [.. pairs.Select(pair => Change($"{pair.After.Kind}_{pair.After.Seed}", pair.After with { Version = null }, pair.First, pair.Second))],
            Picture = Draw($"{a}-{b}", (a, b), [.. pairs.Select(pair => (pair.After, pair.First, pair.Second))]),
        };
    }

    /// <summary>A git revision's accepted snapshots, plan and lock file with the results.</summary>
    /// <param name="revision">The revision.</param>
    /// <param name="planFile">The plan's file.</param>
    /// <param name="folder">The folder of the accepted snapshots, relative to the workspace.</param>
    /// <param name="overrides">Values of the command line by path.</param>
    /// <exception cref="ArgumentException">Nothing was accepted there.</exception>
    /// <exception cref="InvalidDataException">What was accepted there cannot be read.</exception>
    public Comparison Revision(GitRevision revision, string planFile, string folder, IReadOnlyDictionary<string, string> overrides)
    {
        var text = revision.Read($"{folder}/{SnapshotFolder.ManifestName}")
            ?? throw new ArgumentException($"--with={revision.Name}: nothing is accepted in {folder} there.");
        var manifest = SnapshotManifest.Parse(Encoding.UTF8.GetString(text));
        var evaluation = revision.Read($"{folder}/{SnapshotFolder.EvaluationName}")
            ?? throw new InvalidDataException($"--with={revision.Name}: {folder}/{SnapshotFolder.EvaluationName} is missing there.");
        var before = EvaluationDocument.Parse(Encoding.UTF8.GetString(evaluation), $"{revision.Name}:{folder}/{SnapshotFolder.EvaluationName}");
        var notes = new List<string>();
        var settings = Temporary(revision.Read(Path.GetFileName(planFile)), file => Read(file, overrides, notes)) ?? manifest.Settings;
        var (pictures, drawn) = Pictures(revision, folder, manifest, notes);
        return new Comparison(revision.Name, "now")
        {
            Settings = SettingChanges.Between(settings, manifest.Inputs, results.Settings, results.Inputs),
            Measures = [.. AllMeasures(before)],
            Pictures = pictures,
            Stages = Stages(revision, planFile),
            Notes = notes,
            Picture = Draw($"{string.Concat(revision.Name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'))}-now", ("old", "new"), drawn),
        };
    }

    /// <summary>An evaluation from elsewhere with the results.</summary>
    /// <param name="file">Full path of its file.</param>
    /// <param name="name">What the user called it.</param>
    /// <exception cref="InvalidDataException">It is no evaluation.</exception>
    public Comparison Evaluation(string file, string name) => new(name, "now")
    {
        Measures = [.. AllMeasures(EvaluationDocument.Parse(File.ReadAllText(file), name))],
        Notes = ["only measures are compared: a file with an evaluation holds no settings and no pictures"],
    };

    private static Dictionary<string, string> Nothing => new(StringComparer.Ordinal);

    private static List<SampleFigures> Samples(EvaluationDocument evaluation, string version) => [.. evaluation.Samples.Concat(evaluation.Untriggered).Where(sample => sample.Version == version)];

    private Dictionary<string, string> SettingsOf(string version) =>
        results.Settings.Where(setting => setting.Key.Split('.', 3) is ["versions" or "ensembles", var name, _] && name == version)
            .ToDictionary(setting => setting.Key.Split('.', 3)[2], setting => setting.Value, StringComparer.Ordinal);

    private IEnumerable<MeasureChange> AllMeasures(EvaluationDocument before) =>
        before.Names.Union(_now.Names, StringComparer.Ordinal).SelectMany(version => Measures(
            version, before.Of(version), _now.Of(version), name => before.Interval(version, name), name => _now.Interval(version, name), Samples(before, version), Samples(_now, version)));

    private static IEnumerable<MeasureChange> Measures(
        string? version,
        IReadOnlyDictionary<string, double?> before,
        IReadOnlyDictionary<string, double?> after,
        Func<string, (double, double)?> interval,
        Func<string, (double, double)?> newInterval,
        IReadOnlyList<SampleFigures> samples,
        IReadOnlyList<SampleFigures> newSamples) =>
        before.Keys.Union(after.Keys, StringComparer.Ordinal).Select(name => new MeasureChange(version, name, before.GetValueOrDefault(name), after.GetValueOrDefault(name))
        {
            FromInterval = interval(name),
            ToInterval = newInterval(name),
            Interval = PairedDifference.Of(samples, newSamples, name),
        });

    private IReadOnlyDictionary<string, string>? Read(string file, IReadOnlyDictionary<string, string> overrides, List<string> notes)
    {
        try
        {
            return PlanSettings.Read(file, plan.Profile, overrides);
        }
        catch (PlanException exception)
        {
            notes.Add($"the plan of that revision cannot be read, so the settings are those of the acceptance: {exception.Message.Split('\n')[0]}");
            return null;
        }
    }

    private (IReadOnlyList<PictureChange> Changes, IReadOnlyList<(ResultPicture Place, Picture Before, Picture After)> Drawn) Pictures(
        GitRevision revision, string folder, SnapshotManifest manifest, List<string> notes)
    {
        var now = results.Pictures.ToDictionary(picture => picture.Name, StringComparer.Ordinal);
        var changes = new List<PictureChange>();
        var drawn = new List<(ResultPicture, Picture, Picture)>();
        foreach (var old in manifest.Pictures)
        {
            if (!now.TryGetValue(old.Name, out var place))
            {
                changes.Add(new PictureChange(old.Name, "removed", old.Version, old.Kind, old.Seed, null));
                continue;
            }

            var after = Picture.Load(place.Path);
            if (ResultPicture.PixelHash(after) == old.Pixels)
                changes.Add(new PictureChange(old.Name, "same", old.Version, old.Kind, old.Seed, null));
            else if (revision.Read($"{folder}/{old.File}") is not { } bytes || ContentHash.Of(bytes).ToString() != old.Hash)
                notes.Add($"{folder}/{old.File} is missing or damaged in {revision.Name}");
            else
            {
                var (before, kept) = (Picture.Decode(bytes, old.File), PictureComparison.Kept(after, old.IsGrid));
                changes.Add(Change(old.Name, place, before, kept));
                if (!old.IsGrid)
                    drawn.Add((place, before, kept));
            }
        }

        changes.AddRange(results.Pictures.ExceptBy(manifest.Pictures.Select(picture => picture.Name), picture => picture.Name)
            .Select(picture => new PictureChange(picture.Name, "new", picture.Version, picture.Kind, picture.Seed, null)));
        return (changes, drawn);
    }

    private static PictureChange Change(string name, ResultPicture place, Picture before, Picture after)
    {
        var isSize = (before.Width, before.Height) == (after.Width, after.Height);
        var isSame = isSize && before.Pixels.AsSpan().SequenceEqual(after.Pixels);
        return new PictureChange(name, isSame ? "same" : "different", place.Version, place.Kind, place.Seed, isSame || !isSize ? null : Math.Round(PictureDifference.Of(before, after, Channel).Ssim, 4));
    }

    private List<string> Stages(GitRevision revision, string planFile)
    {
        if (Temporary(revision.Read(Path.GetFileName(PlanPaths.LockFile(planFile))), file => new LockFile(file)) is not { } before)
            return [];
        var now = new LockFile(PlanPaths.LockFile(planFile));
        return [.. results.Stages.Where(stage => before.Find(plan.Profile, stage)?.Outputs != now.Find(plan.Profile, stage)?.Outputs)];
    }

    /// <summary>Reads bytes as a file, since what reads it takes files.</summary>
    private static T? Temporary<T>(byte[]? bytes, Func<string, T?> read)
        where T : class
    {
        if (bytes is null)
            return null;
        var folder = Directory.CreateTempSubdirectory("slipway-compare-").FullName;
        try
        {
            var file = Path.Combine(folder, PlanPaths.DefaultName);
            File.WriteAllBytes(file, bytes);
            return read(file);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private string? Draw(string name, (string Before, string After) labels, IReadOnlyList<(ResultPicture Place, Picture Before, Picture After)> pictures)
    {
        if (SideBySide.Draw($"{plan.Name}: {labels.Before} → {labels.After}", labels, pictures) is not { } picture)
            return null;
        var path = $"{plan.ArtifactsFolder}/compare/{name}.png";
        AtomicFile.Write(Path.Combine(workspace, path), picture.EncodePng());
        return path;
    }
}
