using System.Globalization;
using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Commands.Snapshots;

namespace Slipway.Pipeline.Tests.Commands.Snapshots;

/// <summary>Results as a run leaves them, made by hand: pictures of waves and figures, by version, kind and seed.</summary>
internal sealed class MadeResults(string folder)
{
    public static readonly string[] Versions = ["base", "v01", "v02"];
    public static readonly string[] Kinds = ["beach", "forest"];
    public static readonly long[] Seeds = [11, 12];

    /// <summary>Which picture stands where: by default each its own.</summary>
    public Func<(string Version, string Kind, long Seed), (string Version, string Kind, long Seed)> Shown { get; init; } = place => place;

    /// <summary>Changes a picture.</summary>
    public Action<(string Version, string Kind, long Seed), Picture> Change { get; init; } = (_, _) => { };

    /// <summary>Whether the background that a prompt asks for is found.</summary>
    public Func<(string Version, string Kind, long Seed), bool> IsFound { get; init; } = _ => true;

    public Dictionary<string, string> Class { get; } = new(StringComparer.Ordinal) { ["processor"] = "AVX2", ["threads"] = "1" };

    public Dictionary<string, string> Settings { get; } = new(StringComparer.Ordinal)
    {
        ["evaluation.batch_size"] = "4",
        ["evaluation.multiplier"] = "1",
        ["versions.v01.learning_rate"] = "4e-3",
        ["versions.v02.learning_rate"] = "4e-3",
    };

    public Dictionary<string, string> Inputs { get; } = new(StringComparer.Ordinal) { ["sprite boat.png"] = new string('a', 64) };

    public string ExtraMeasure { get; init; } = "";

    public int GridShift { get; init; }

    public int Side { get; init; } = 32;

    public IReadOnlyList<string> Drawn { get; init; } = Versions;

    public SnapshotResults Write()
    {
        var pictures = new List<ResultPicture>();
        foreach (var place in Places())
        {
            var picture = Wave(Shown(place), Side);
            Change(place, picture);
            pictures.Add(Save($"samples/{place.Version}/{place.Kind}_{place.Seed}", picture) with { Version = place.Version, Kind = place.Kind, Seed = place.Seed });
        }

        var grid = new Picture(96, 64);
        Array.Fill(grid.Pixels, (byte)255);
        for (var y = 10; y < 40; y++)
            grid.Pixels.AsSpan(((y * 96) + 10 + GridShift) * 4, 200).Fill(40);
        pictures.Add(Save("grids/versions", grid));
        return new SnapshotResults("lora.pipeline.yaml", "tiny", Class, Settings, Inputs, Evaluation(), pictures, ["Evaluate"]);
    }

    private IEnumerable<(string Version, string Kind, long Seed)> Places() =>
        Drawn.SelectMany(version => Kinds.SelectMany(kind => Seeds.Select(seed => (version, kind, seed))));

    private ResultPicture Save(string name, Picture picture)
    {
        var path = Path.Combine(folder, $"{name}.png");
        picture.SavePng(path);
        return new ResultPicture(name, path);
    }

    private static Picture Wave((string Version, string Kind, long Seed) shown, int side)
    {
        var picture = new Picture(side, side);
        var phase = shown.Version[^1] + (3 * shown.Kind[0]) + (7 * shown.Seed);
        for (var i = 0; i < picture.Pixels.Length; i++)
        {
            var (y, x) = Math.DivRem(i / 4, side);
            picture.Pixels[i] = i % 4 == 3 ? (byte)255 : (byte)(128 + (100 * Math.Sin((x * (1 + (phase % 5)) / 5.0) + (y * (1 + (phase % 3)) / 4.0) + phase + (i % 4))));
        }

        return picture;
    }

    private string Evaluation()
    {
        string Figures(IEnumerable<(string Version, string Kind, long Seed)> places) => string.Create(
            CultureInfo.InvariantCulture, $$"""{ "background_recall": {{places.Average(place => IsFound(place) ? 1.0 : 0)}}, "mascot_score": 0.75, "pictures": {{places.Count()}}{{ExtraMeasure}} }""");
        var all = Places().ToList();
        return $$"""
            { "versions": { {{string.Join(", ", Drawn.Select(version => $"\"{version}\": {Figures(all.Where(place => place.Version == version))}"))}} },
              "backgrounds": { {{string.Join(", ", Kinds.Select(kind => $"\"{kind}\": {{ {string.Join(", ", Drawn.Select(version => $"\"{version}\": {Figures(all.Where(place => place.Version == version && place.Kind == kind))}"))} }}"))}} },
              "intervals": { "v01": { "background_recall": [0.5, 1] } },
              "samples": [ {{string.Join(", ", all.Select(place => $"{{ \"version\": \"{place.Version}\", \"kind\": \"{place.Kind}\", \"seed\": {place.Seed}, \"file\": \"samples/{place.Version}/{place.Kind}_{place.Seed}.png\", \"background_recall\": {(IsFound(place) ? 1 : 0)} }}"))}} ] }
            """;
    }
}
