using System.Globalization;

namespace Slipway.Pipeline.Commands.Snapshots;

/// <summary>
/// Compares results with accepted snapshots. Exactly where both come from the same class of processor, the same libraries and batches of the same size;
/// elsewhere figures within their intervals, and pictures within what such a class may make of them; and there a change of the plan or of its files is
/// a difference by itself, since pictures cannot tell what a small one did.
/// </summary>
internal sealed class SnapshotComparison
{
    /// <summary>Settings that change the order of sums, and so the last bits, and nothing else.</summary>
    private static readonly string[] RoundingSettings = ["device", "evaluation.batch_size", "threads"];

    private readonly SnapshotFolder _folder;
    private readonly SnapshotManifest _manifest;
    private readonly SnapshotResults _results;
    private readonly List<SnapshotFinding> _findings = [];
    private readonly List<string> _notes = [];
    private readonly IReadOnlyList<string> _otherClass;
    private readonly IReadOnlyList<SettingChange> _changes;

    private SnapshotComparison(SnapshotFolder folder, SnapshotManifest manifest, SnapshotResults results)
    {
        (_folder, _manifest, _results) = (folder, manifest, results);
        _changes = SettingChanges.Between(manifest.Settings, manifest.Inputs, results.Settings, results.Inputs);
        _otherClass =
        [
            .. manifest.Class.Keys.Union(results.Class.Keys).Order(StringComparer.Ordinal).Where(role => manifest.Class.GetValueOrDefault(role) != results.Class.GetValueOrDefault(role))
                .Select(role => $"{role}: {manifest.Class.GetValueOrDefault(role) ?? "not set"} → {results.Class.GetValueOrDefault(role) ?? "not set"}"),
            .. _changes.Where(change => RoundingSettings.Contains(change.Path)).Select(change => change.Text),
        ];
    }

    private bool IsExact => _otherClass.Count == 0;

    /// <summary>Changes that may change more than last bits.</summary>
    private IReadOnlyList<SettingChange> Telling => [.. _changes.Where(change => !RoundingSettings.Contains(change.Path))];

    /// <summary>Compares.</summary>
    /// <param name="folder">Where the accepted snapshots lie.</param>
    /// <param name="name">What the result calls that folder.</param>
    /// <param name="results">What a run left.</param>
    /// <returns>What is different, and the pictures that are.</returns>
    public static (SnapshotCheck Check, IReadOnlyList<DifferentPicture> Pictures) Of(SnapshotFolder folder, string name, SnapshotResults results)
    {
        SnapshotManifest? manifest;
        try
        {
            manifest = folder.Manifest();
        }
        catch (InvalidDataException exception)
        {
            return (NotComparable(name, $"{name}/{SnapshotFolder.ManifestName} {exception.Message}."), []);
        }

        if (manifest is null)
            return (new SnapshotCheck(SnapshotOutcome.NothingAccepted, name), []);
        return new SnapshotComparison(folder, manifest, results).Compare(name);
    }

    private static SnapshotCheck NotComparable(string name, string text) =>
        new(SnapshotOutcome.NotComparable, name) { Findings = [new SnapshotFinding(SnapshotPart.Accepted, text)] };

    private (SnapshotCheck Check, IReadOnlyList<DifferentPicture> Pictures) Compare(string name)
    {
        var evaluation = _folder.Evaluation(_manifest);
        if (evaluation is null)
            Missing($"{SnapshotFolder.EvaluationName} is missing, or not as it was accepted");
        if (_manifest.Pictures.All(picture => picture.IsGrid))
            Missing("no sample picture was accepted");
        if (_results.Pictures.All(picture => picture.Version is null))
            Missing("the run left no sample picture");
        foreach (var picture in _manifest.Pictures)
        {
            if (_folder.Problem(picture) is { } problem)
                Missing($"{picture.File} {problem}");
        }

        if (_findings.Count > 0)
            return (new SnapshotCheck(SnapshotOutcome.NotComparable, name) { IsExact = IsExact, OtherClass = _otherClass, Findings = _findings }, []);
        var (accepted, now) = (EvaluationDocument.Parse(evaluation!, SnapshotFolder.EvaluationName), EvaluationDocument.Parse(_results.Evaluation, "evaluation.json"));
        if (accepted.Figures.Count == 0 || now.Figures.Count == 0)
            return (NotComparable(name, $"{(now.Figures.Count == 0 ? "evaluation.json" : SnapshotFolder.EvaluationName)} holds no figure."), []);
        var (pictures, compared) = ComparePictures(accepted, now);
        var measures = new MeasureComparison(accepted, now, IsExact);
        _findings.AddRange(measures.Findings);
        _notes.AddRange(measures.Notes);
        var grids = _manifest.Pictures.Count(picture => picture.IsGrid);
        var changes = _changes.Select(change => new SnapshotFinding(SnapshotPart.Setting, change.Text) { Version = change.Version, Measure = change.Path, From = change.From, To = change.To });
        var isSame = _findings.Count == 0 && (IsExact || Telling.Count == 0);
        var check = new SnapshotCheck(isSame ? SnapshotOutcome.Same : SnapshotOutcome.Different, name)
        {
            IsExact = IsExact,
            OtherClass = _otherClass,
            Findings = isSame ? [] : [.. changes, .. _findings],
            Notes = isSame ? [.. Telling.Select(change => $"{change.Text}; the results are as accepted"), .. _notes] : _notes,
            Pictures = compared - grids,
            Grids = grids,
            Measures = measures.Compared,
        };
        return (check, pictures);
    }

    private void Missing(string what) => _findings.Add(new SnapshotFinding(SnapshotPart.Accepted, $"{what}."));

    private (IReadOnlyList<DifferentPicture> Pictures, int Compared) ComparePictures(EvaluationDocument accepted, EvaluationDocument now)
    {
        var comparison = new PictureComparison(_folder);
        var received = _results.Pictures.ToDictionary(picture => picture.Name, StringComparer.Ordinal);
        var different = new List<DifferentPicture>();
        foreach (var picture in _manifest.Pictures)
        {
            if (!received.TryGetValue(picture.Name, out var found))
                Add(picture.Name, picture.Version, picture.Kind, picture.Seed, "accepted, and not drawn any more");
            else if (comparison.Compare(picture, found) is { } difference)
                different.Add(difference);
        }

        foreach (var picture in _results.Pictures.ExceptBy(_manifest.Pictures.Select(picture => picture.Name), picture => picture.Name))
            Add(picture.Name, picture.Version, picture.Kind, picture.Seed, "drawn, and not accepted yet");
        var bounds = new OtherClassBounds(_folder, _manifest);
        if (!IsExact)
            different = [.. different.GroupBy(picture => picture.Accepted.Version).Where(version => !IsAllowed(bounds, version.Key, [.. version])).SelectMany(version => version.Key is null ? version.Where(grid => !bounds.AllowGrid(grid)) : version)];
        AddSamples(different, bounds, accepted, now);
        var arePicturesSame = different.All(picture => picture.Accepted.IsGrid) && _findings.All(finding => finding.Part != SnapshotPart.Picture);
        foreach (var grid in different.Where(picture => picture.Accepted.IsGrid))
            Add(grid.Accepted.Name, null, null, null, arePicturesSame ? $"its layout is another, and its pictures are the same ({grid.Text})" : $"another than accepted, as its pictures are ({grid.Text})");
        return (different, _manifest.Pictures.Count(picture => received.ContainsKey(picture.Name)));
    }

    private bool IsAllowed(OtherClassBounds bounds, string? version, IReadOnlyList<DifferentPicture> pictures) =>
        version is not null && bounds.Allow(pictures, _manifest.Pictures.Count(picture => picture.Version == version));

    private void AddSamples(IReadOnlyList<DifferentPicture> different, OtherClassBounds bounds, EvaluationDocument accepted, EvaluationDocument now)
    {
        var impostors = new Impostors(_manifest);
        var (before, after) = (Figures(accepted), Figures(now));
        foreach (var version in different.Where(picture => !picture.Accepted.IsGrid).GroupBy(picture => picture.Accepted.Version!, StringComparer.Ordinal))
        {
            var all = _manifest.Pictures.Count(picture => picture.Version == version.Key);
            if ((impostors.Explain([.. version]) ?? (IsExact ? null : bounds.Impostor([.. version]))) is { } explanation)
                _findings.Add(new SnapshotFinding(SnapshotPart.Picture, $"{version.Key}: {explanation}.") { Version = version.Key });
            else
                _findings.Add(new SnapshotFinding(SnapshotPart.Picture, $"{version.Key}: {version.Count()} of {all} pictures {(version.Count() == 1 ? "is" : "are")} not as accepted.") { Version = version.Key });
            foreach (var picture in version)
            {
                var key = (picture.Accepted.Version!, picture.Accepted.Kind!, picture.Accepted.Seed!.Value);
                Add(picture.Accepted.Name, version.Key, key.Item2, key.Item3, string.Join("; ", [picture.Text, .. Changes(before.GetValueOrDefault(key), after.GetValueOrDefault(key))]));
            }
        }
    }

    private static Dictionary<(string, string, long), SampleFigures> Figures(EvaluationDocument document) =>
        document.Samples.DistinctBy(sample => (sample.Version, sample.Kind, sample.Seed)).ToDictionary(sample => (sample.Version, sample.Kind, sample.Seed));

    /// <summary>What changed of a picture's own figures; a share is 0 or 1 there, and what it says is said in words.</summary>
    private static IEnumerable<string> Changes(SampleFigures? before, SampleFigures? after)
    {
        if (before is null || after is null)
            yield break;
        var now = after.Figures.ToDictionary(figure => figure.Measure, figure => figure.Value, StringComparer.Ordinal);
        foreach (var (measure, from) in before.Figures)
        {
            if (now.TryGetValue(measure, out var to) && from != to)
                yield return (measure, to) switch
                {
                    ("background_recall", 0) => $"the background `{before.Kind}` is lost",
                    ("mascot_presence", 0) => "the mascot is lost",
                    _ => $"{measure} {MeasureComparison.Text(from)} → {MeasureComparison.Text(to)}",
                };
        }
    }

    private void Add(string name, string? version, string? kind, long? seed, string what) => _findings.Add(new SnapshotFinding(
        version is null ? SnapshotPart.Grid : SnapshotPart.Picture,
        version is null ? $"{name}: {what}" : string.Create(CultureInfo.InvariantCulture, $"{version}, {kind}, seed {seed}: {what}"))
    {
        Version = version,
        Kind = kind,
        Seed = seed,
    });
}
