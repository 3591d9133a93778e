using System.Globalization;
using Slipway.Pipeline.Plans;

namespace Slipway.Build.Benches;

/// <summary>A plan that has every kind of job, and a picture and a step of each: from backgrounds to grids with a model of full size.</summary>
internal static class FullSizePlan
{
    /// <summary>Name of the checkpoint in the workspace.</summary>
    public const string Checkpoint = "random.safetensors";

    /// <summary>Writes the plan beside the checkpoint.</summary>
    /// <param name="workspace">The folder.</param>
    /// <param name="root">Where Slipway's own data sets are.</param>
    /// <param name="side">Pixels of a picture's side.</param>
    public static void Write(string workspace, string root, int side)
    {
        Directory.CreateSymbolicLink(Path.Combine(workspace, "datasets"), Path.Combine(root, "datasets"));
        File.WriteAllText(Path.Combine(workspace, PlanPaths.DefaultName), Text.Replace("SIDE", side.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
    }

    // v01 trains the text encoders and convolutions too, v02 nothing of them; v03 learns from the composites.
    private const string Text = """
        name: full_size
        trigger_word: sail_kun
        sprite: datasets/sail_kun/sail_kun.png
        base_model: random.safetensors
        tagger: { model: datasets/tiny-sdxl/tagger/model.onnx, tags: datasets/tiny-sdxl/tagger/selected_tags.csv }
        resolution: SIDE
        default_profile: full
        profiles: { full: { device: cpu } }
        mixed_precision: bf16
        threads: 0
        backgrounds: { count: 1, prompts: { beach: "beach" }, steps: 1, guidance: 1 }
        datasets:
          white: { source: sprite, alpha: white, caption: sail_kun }
          with_background: { source: composites }
        versions:
          v01: { dataset: white, network_dim: 16, network_alpha: 8, conv_dim: 16, conv_alpha: 8, learning_rate: 1e-4, train_batch_size: 1, max_train_steps: 1, gradient_checkpointing: true }
          v02: { dataset: white, network_dim: 16, network_alpha: 8, learning_rate: 1e-4, text_encoder_lr: 0, train_batch_size: 1, max_train_steps: 1, gradient_checkpointing: true }
          v03: { inherits: v02, dataset: with_background }
        ensembles:
          merged: { of: [v02, v03], ratios: [0.5, 0.5] }
        evaluation:
          prompts: { beach: "sail_kun, beach" }
          seeds: [11]
          drift_seeds: 0
          steps: 1
          guidance: 1
          batch_size: 1
          grids:
            strengths: { x: { strength: 0.5 }, y: { version: [v02] } }
        """;
}
