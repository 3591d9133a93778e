using System.Globalization;
using Slipway.Demo.Learning;
using Slipway.Demo.Scenes;
using Slipway.Diffusion.Sampling;
using Slipway.Imaging.Pictures;
using static TorchSharp.torch;

namespace Slipway.Demo.Tagging;

/// <summary>
/// Trains the embedded tagger on drawn scenes, spoiled as a small diffusion model would spoil them (blur, noise,
/// shifted tones), with strange things standing in front; pages and gradients that show nothing are among them,
/// so that it finds no background where there is none.
/// </summary>
/// <param name="Seed">Seeds weights, scenes and what is done to them.</param>
/// <param name="Steps">Optimizer steps.</param>
public sealed record TaggerRecipe(int Seed, int Steps)
{
    private const int BatchSize = 32;
    private const double NothingShare = 0.12;
    private const double PeakRate = 1.5e-3;

    /// <summary>Ratings first, as in WD14's list; everything drawn is <c>general</c>.</summary>
    public static IReadOnlyList<string> Ratings { get; } = ["general", "sensitive", "questionable", "explicit"];

    /// <summary>All tags in the model's order.</summary>
    public static IReadOnlyList<string> Tags { get; } = [.. Ratings, .. SceneGenerator.AllTags];

    /// <summary>Trains, reports on held-out scenes, and writes <c>model.onnx</c> and <c>selected_tags.csv</c>.</summary>
    public void Run(string folder, Action<string> log)
    {
        random.manual_seed(Seed);
        using var network = new TaggerNetwork(Tags.Count);
        using var average = new WeightAverage([network], 0.998);
        using var optimizer = optim.AdamW(network.parameters(), PeakRate, weight_decay: 1e-3);
        var rate = new CosineRate(PeakRate, 200, Steps);
        var counts = new long[Tags.Count];
        double sum = 0;
        for (var step = 0; step < Steps; step++)
        {
            optimizer.ParamGroups.First().LearningRate = rate.At(step);
            sum += Step(network, optimizer, counts, step);
            average.Update();
            if ((step + 1) % 250 == 0)
            {
                log($"tagger {step + 1}/{Steps} loss {sum / 250:F4}");
                sum = 0;
            }
        }

        average.Swap();
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), network.ToOnnx(SceneGenerator.Side));
        File.WriteAllText(Path.Combine(folder, "selected_tags.csv"), Csv(counts));
        Report(network, log);
    }

    private double Step(TaggerNetwork network, optim.Optimizer optimizer, long[] counts, int step)
    {
        using var scope = NewDisposeScope();
        var draws = new Random(unchecked((Seed * 7_368_787) + step));
        using var generator = new Generator((ulong)unchecked((Seed * 7_368_787) + step));
        var examples = Enumerable.Range(0, BatchSize).Select(i => Example(draws, ((ulong)Seed << 42) + (ulong)((step * BatchSize) + i))).ToArray();
        foreach (var index in examples.SelectMany(example => example.Tags).Select(IndexOf))
            counts[index]++;

        var pictures = Pixels.FromRgb([.. examples.Select(example => example.Picture.ToRgb())], SceneGenerator.Side, SceneGenerator.Side);
        var spoiled = Spoiling.Apply(pictures, draws, generator);
        var loss = nn.functional.binary_cross_entropy_with_logits(network.call(spoiled), Labels(examples.Select(example => example.Tags)));
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return loss.item<float>();
    }

    private static (Picture Picture, IReadOnlyList<string> Tags) Example(Random draws, ulong seed)
    {
        if (draws.NextDouble() >= NothingShare)
        {
            var scene = SceneGenerator.Draw(seed, SceneGenerator.Side);
            return (scene.Picture, [Ratings[0], .. scene.Tags]);
        }

        return (Nothing(draws), [Ratings[0]]);
    }

    /// <summary>A page of one colour, or a gradient between two: no background at all. None is nearly white.</summary>
    private static Picture Nothing(Random draws)
    {
        byte[] Color() => [(byte)draws.Next(256), (byte)draws.Next(256), (byte)draws.Next(215)];
        var (from, to) = (Color(), Color());
        to = draws.Next(2) == 0 ? from : to;
        var picture = new Picture(SceneGenerator.Side, SceneGenerator.Side);
        for (var i = 0; i < picture.Pixels.Length; i++)
        {
            var share = i / (double)picture.Pixels.Length;
            picture.Pixels[i] = i % 4 == 3 ? (byte)255 : (byte)(from[i % 4] + (share * (to[i % 4] - from[i % 4])));
        }

        return picture;
    }

    private static Tensor Labels(IEnumerable<IReadOnlyList<string>> tags)
    {
        var rows = tags.SelectMany(list =>
        {
            var row = new float[Tags.Count];
            foreach (var tag in list)
                row[IndexOf(tag)] = 1;

            return row;
        }).ToArray();
        return tensor(rows).view(-1, Tags.Count);
    }

    private static int IndexOf(string tag) => Tags.TakeWhile(known => known != tag).Count();

    /// <summary>WD14's list: ratings have category 9, all others 0; counts are those of the training.</summary>
    private static string Csv(long[] counts) =>
        "tag_id,name,category,count\n" + string.Concat(Tags.Select((tag, i) => string.Create(
            CultureInfo.InvariantCulture, $"{i},{tag},{(i < Ratings.Count ? 9 : 0)},{counts[i]}\n")));

    /// <summary>Held-out scenes, as drawn and spoiled: how often the kind of background is found (probability ≥ 0.5).</summary>
    private static void Report(TaggerNetwork network, Action<string> log)
    {
        using var noGrad = no_grad();
        foreach (var spoil in new[] { false, true })
        {
            using var scope = NewDisposeScope();
            using var generator = new Generator(1);
            var scenes = Enumerable.Range(0, 600).Select(i => SceneGenerator.Draw((1UL << 60) + (ulong)i, SceneGenerator.Side)).ToArray();
            var pictures = Pixels.FromRgb([.. scenes.Select(scene => scene.Picture.ToRgb())], SceneGenerator.Side, SceneGenerator.Side);
            pictures = spoil ? Spoiling.Apply(pictures, new Random(1), generator) : pictures;
            var found = network.call(pictures).sigmoid().data<float>().ToArray();
            float Of(int row, string tag) => found[(row * Tags.Count) + IndexOf(tag)];
            var recall = scenes.Index().Average(s => Of(s.Index, s.Item.Background) >= 0.5 ? 1.0 : 0.0);
            var best = scenes.Index().Average(s => SceneGenerator.Backgrounds.MaxBy(kind => Of(s.Index, kind)) == s.Item.Background ? 1.0 : 0.0);
            var f1 = SceneGenerator.AllTags.Select(tag => F1(scenes.Index().Select(s => (Of(s.Index, tag) >= 0.5, s.Item.Tags.Contains(tag))).ToArray())).Average();
            log($"tagger, held-out scenes {(spoil ? "spoiled" : "as drawn")}: background found {recall:P1}, right kind first {best:P1}, mean F1 of all tags {f1:F3}");
        }
    }

    private static double F1((bool Found, bool There)[] cases)
    {
        var right = cases.Count(c => c is { Found: true, There: true });
        var all = cases.Count(c => c.Found) + cases.Count(c => c.There);
        return all == 0 ? 1 : 2.0 * right / all;
    }
}
