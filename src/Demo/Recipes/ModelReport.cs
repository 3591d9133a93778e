using System.Globalization;
using Slipway.Demo.Scenes;
using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Model;
using Slipway.Diffusion.Sampling;
using Slipway.Imaging.Pictures;
using Slipway.Tagging;
using static TorchSharp.torch;

namespace Slipway.Demo.Recipes;

/// <summary>What the embedded model can do, in figures: on scenes that no training saw, and on its own pictures.</summary>
/// <param name="Folder">The model, the tagger in <c>tagger/</c>.</param>
public sealed record ModelReport(string Folder)
{
    /// <summary>A tag counts as found from this probability on: the plan's general threshold.</summary>
    private const double Threshold = 0.35;

    private const ulong HeldOut = 1UL << 50;
    private const int HeldOutScenes = 240;
    private const int PicturesPerKind = 20;

    /// <summary>Measures and logs; takes a minute or two.</summary>
    public void Run(Action<string> log)
    {
        using var noGrad = no_grad();
        using var tagger = new Tagger(Path.Combine(Folder, "tagger", "model.onnx"), Path.Combine(Folder, "tagger", "selected_tags.csv"));
        using var model = SdxlCheckpoint.Load(Folder, CPU, ScalarType.Float32);
        var scenes = Enumerable.Range(0, HeldOutScenes).Select(i => SceneGenerator.Draw(HeldOut + (ulong)i, SceneGenerator.Side)).ToArray();
        var found = tagger.Run([.. scenes.Select(scene => scene.Picture)]).Index().Count(t => t.Item[scenes[t.Index].Background] >= Threshold);
        log(Text($"held-out scenes: mean error of a reconstruction {ReconstructionError(model, scenes):F2} of 255; tagger finds the background in {found} of {scenes.Length}"));

        var text = new TextToImage(model);
        foreach (var kind in SceneGenerator.Backgrounds)
        {
            var requests = Enumerable.Range(0, PicturesPerKind)
                .Select(i => new SamplingRequest($"{kind}, scenery", string.Empty, 5000 + i, SceneGenerator.Side, SceneGenerator.Side)).ToArray();
            var pictures = text.Generate(requests, new SamplingOptions("Euler a", 20, 4));
            var right = pictures.Count(rgb => tagger.Run(Picture.FromRgb(SceneGenerator.Side, SceneGenerator.Side, rgb))[kind] >= Threshold);
            log(Text($"generated {kind,-16} tagger finds it in {right} of {PicturesPerKind}"));
        }
    }

    private static double ReconstructionError(SdxlModel model, Scene[] scenes) =>
        scenes.Chunk(16).Average(chunk =>
        {
            using var scope = NewDisposeScope();
            var pictures = Pixels.FromRgb([.. chunk.Select(scene => scene.Picture.ToRgb())], SceneGenerator.Side, SceneGenerator.Side);
            return ((model.Vae.Decode(model.Vae.Encode(pictures).Mean) - pictures).abs().mean() * 127.5).item<float>();
        });

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
