using Slipway.Pipeline.Plans;

namespace Slipway.Build.Benches.Torture;

/// <summary>A plan of seconds that has most kinds of jobs: pictures, captions, a training with checkpoints and saves, samples, figures, a page.</summary>
internal static class TorturePlan
{
    /// <summary>Writes it into a folder.</summary>
    /// <param name="workspace">The folder; Slipway's data sets are linked into it.</param>
    /// <param name="root">Where Slipway's own data sets are.</param>
    /// <param name="name">Name of the plan's file.</param>
    /// <param name="seed">Seed: another one makes other bytes of everything.</param>
    /// <param name="steps">Steps of the longer training, of which the 50th leaves a checkpoint.</param>
    public static void Write(string workspace, string root, int steps, string name = PlanPaths.DefaultName, int seed = 1)
    {
        var data = Path.Combine(workspace, "datasets");
        if (!Path.Exists(data))
            Directory.CreateSymbolicLink(data, Path.Combine(root, "datasets"));
        File.WriteAllText(Path.Combine(workspace, name), Text.Replace("SEED", $"{seed}", StringComparison.Ordinal).Replace("STEPS", $"{steps}", StringComparison.Ordinal));
    }

    private const string Text = """
        name: torture
        trigger_word: sail_kun
        sprite: datasets/sail_kun/sail_kun.png
        seed: SEED
        base_model: datasets/tiny-sdxl
        tagger: { model: datasets/tiny-sdxl/tagger/model.onnx, tags: datasets/tiny-sdxl/tagger/selected_tags.csv }
        resolution: 64
        default_profile: torture
        profiles: { torture: { device: cpu, threads: 1 } }
        mixed_precision: no
        backgrounds: { count: 4, prompts: { beach: beach, forest: forest }, steps: 2 }
        validation: { count: 2 }
        datasets:
          white: { source: sprite, alpha: white, caption: sail_kun }
          with_background: { source: composites }
        versions:
          v01: { dataset: white, network_dim: 4, network_alpha: 4, learning_rate: 1e-4, train_batch_size: 1, max_train_steps: STEPS, save_every_n_steps: 20 }
          v02: { inherits: v01, dataset: with_background, max_train_steps: 4, save_every_n_steps: 2, validate_every_n_steps: 2 }
        ensembles:
          merged: { of: [v01, v02], ratios: [0.5, 0.5] }
        evaluation:
          prompts: { beach: "sail_kun, beach" }
          seeds: [11, 12]
          steps: 2
        """;
}
