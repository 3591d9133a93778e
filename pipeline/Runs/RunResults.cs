using Slipway.Engine.Execution;
using Slipway.Pipeline.Commands.Snapshots;

namespace Slipway.Pipeline.Runs;

/// <summary>A kind of result of a run, and where it lies.</summary>
/// <param name="What">In a word or two: <c>grids</c>, <c>LoRAs</c>, …</param>
/// <param name="Path">Full path of the one to look at first.</param>
/// <param name="Others">How many more lie beside it.</param>
public sealed record ResultPlace(string What, string Path, int Others);

/// <summary>What was measured of a version.</summary>
/// <param name="Version">Its name; <c>base</c> is the model without a LoRA.</param>
/// <param name="Measures">By the names in <c>evaluation.json</c>; null where a measure cannot be told.</param>
public sealed record VersionMeasures(string Version, IReadOnlyDictionary<string, double?> Measures)
{
    /// <summary>By measure: the interval of 95 %, [low, high]; a measure without one is not there.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<double>> Intervals { get; init; } = new Dictionary<string, IReadOnlyList<double>>(StringComparer.Ordinal);
}

/// <summary>What a run has left: where it lies, and the figures of each version.</summary>
/// <param name="Places">Where the results lie, what one looks at first first.</param>
/// <param name="Versions">What was measured, the base model first; empty where the run measured nothing.</param>
public sealed record RunResults(IReadOnlyList<ResultPlace> Places, IReadOnlyList<VersionMeasures> Versions)
{
    private const string Measured = "evaluation.json";
    private const string Grids = "grids/";

    // Their number is no measure.
    private const string Pictures = "pictures";

    /// <summary>What begins with these, in the folder of all outputs, is a result that somebody looks at; the first file counts, but for LoRAs.</summary>
    private static readonly (string What, string Start, string End)[] Kinds =
    [
        ("report", "report/index.", ".html"),
        ("grids", Grids, ""),
        ("LoRAs", "lora/", ".safetensors"),
        ("figures", Measured, ""),
    ];

    /// <summary>What else a run gives, where it gives none of those.</summary>
    private static readonly (string What, string Start)[] Parts = [("captions", "dataset/"), ("pictures", "dataset/"), ("pictures", "backgrounds/")];

    /// <param name="artifacts">The plan's folder of outputs, relative to the workspace.</param>
    /// <param name="outcomes">What became of the stages.</param>
    /// <param name="more">Further files, of no stage: what each is, and its full path.</param>
    internal static RunResults Of(string artifacts, IReadOnlyList<StageOutcome> outcomes, IEnumerable<ResultPlace> more)
    {
        var files = outcomes.SelectMany(outcome => outcome.Items).SelectMany(item => item.Files)
            .Where(file => file.RelativePath.StartsWith(artifacts + "/", StringComparison.Ordinal))
            .Select(file => (Path: file.RelativePath[(artifacts.Length + 1)..], Full: file.Path)).ToList();
        List<ResultPlace> places = [.. Kinds.Select(kind => Place(kind.What, [.. files.Where(file => IsOf(file.Path, kind.Start, kind.End) && !IsCell(file.Path)).Select(file => file.Full)])).OfType<ResultPlace>(), .. more];
        if (places.Count == 0)
            places = [.. Parts.Select(part => Place(part.What, [.. files.Where(file => file.Path.StartsWith(part.Start, StringComparison.Ordinal) && file.Path.EndsWith(".txt", StringComparison.Ordinal) == (part.What == "captions")).Select(file => file.Full)])).OfType<ResultPlace>().Take(1)];

        var measured = files.Where(file => file.Path == Measured).Select(file => file.Full).FirstOrDefault();
        return new RunResults(places, measured is null ? [] : VersionsOf(measured));
    }

    /// <summary>A picture of a grid lies in a folder beside it, and is none.</summary>
    private static bool IsCell(string path) => path.StartsWith(Grids, StringComparison.Ordinal) && path.IndexOf('/', Grids.Length) >= 0;

    /// <summary>The figures by version of an <c>evaluation.json</c>.</summary>
    private static List<VersionMeasures> VersionsOf(string path)
    {
        var evaluation = EvaluationDocument.Parse(File.ReadAllText(path), Measured);
        return [.. evaluation.Names.Select(version => VersionOf(version, evaluation))];
    }

    private static VersionMeasures VersionOf(string version, EvaluationDocument evaluation)
    {
        var measures = evaluation.Of(version).Where(figure => figure.Key != Pictures).ToDictionary(StringComparer.Ordinal);
        return new VersionMeasures(version, measures)
        {
            Intervals = measures.Keys.Select(measure => (Name: measure, Interval: evaluation.Interval(version, measure))).Where(measure => measure.Interval is not null)
                .ToDictionary(measure => measure.Name, measure => (IReadOnlyList<double>)[measure.Interval!.Value.Low, measure.Interval.Value.High], StringComparer.Ordinal),
        };
    }

    // The grid of all versions, and the LoRA of the last version (not one of those that it saved on its way), are what one looks for first.
    private static ResultPlace? Place(string what, List<string> files) => files.Count == 0
        ? null
        : new ResultPlace(what, files.Find(file => Path.GetFileNameWithoutExtension(file) == "versions") ?? (what == "LoRAs" ? files.FindLast(file => !IsSave(file)) ?? files[^1] : files[0]), files.Count - 1);

    private static bool IsSave(string file) => Path.GetFileName(Path.GetDirectoryName(file)) != "lora";

    private static bool IsOf(string path, string start, string end) => path.StartsWith(start, StringComparison.Ordinal) && path.EndsWith(end, StringComparison.Ordinal);
}
