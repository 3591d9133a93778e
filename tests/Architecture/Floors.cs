namespace Slipway.Architecture.Tests;

/// <summary>The floors of each project, the highest first: an arrow goes down only. A new folder gets its place here.</summary>
internal static class Floors
{
    /// <summary>Namespaces behind the project's own, by project; "" is the project's root folder.</summary>
    public static IReadOnlyDictionary<string, string[]> Order { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["Slipway.Build"] = ["CommandLines", "Tasks", "Context", "Display", "Benches.Torture", "Benches.Device", "Benches"],
        // Jobs stand below the plan: what a job needs of it is a section's record, and never the plan as a whole.
        ["Slipway.Pipeline"] =
        [
            "Nights", "", "Runs", "Commands.Comparisons", "Commands.Publishing", "Commands.Snapshots", "Commands.Origins", "Commands.Exchange", "Commands.Preflights", "Commands.LoraFiles", "Commands.Fetching", "Commands.Starters", "Commands.Sampling", "Commands.Measuring", "Graph", "Plans.Reference", "Plans", "Plans.Grids", "Jobs",
            "Reports", "Datasets", "Drawing", "Plans.Sections", "Plans.Versions", "Plans.Datasets", "Plans.Axes", "Plans.Yaml",
        ],
        ["Slipway.Demo"] = ["Recipes", "Tagging", "Learning", "Onnx", "Scenes", "Scenes.Backgrounds", "Scenes.Subjects", "Drawing", ""],
        ["Slipway.Training"] =
        [
            "Memory", "Loop", "Validation", "Saves", "Hooks", "Losses", "Optimizers", "Schedules", "Metadata", "LoraFiles", "Data", "Noise",
            "Networks", "Networks.Adapters", "Metrics", "State", "Randomness", "Options",
        ],
        ["Slipway.Diffusion"] = ["Sampling", "Checkpoints", "Model", "UNets", "Vae", "Text", "Files", "Noise", "Modules", "Memory", "Devices"],
        ["Slipway.Tagging"] = ["", "Captions", "Tags", "Inputs", "Encoders", "Sessions"],
        ["Slipway.Imaging"] = ["Grids", "Fonts", "Measuring", "Compositing", "Resampling", "Pictures"],
        ["Slipway.Hub"] = [""],
        ["Slipway.Remote"] = [""],
        ["Slipway.Slurm"] = [""],
        ["Slipway.Engine"] = ["Execution", "Jobs", "Caching", "Options", "Files"],
        ["Slipway.Native"] = [""],
        ["Slipway.Startup"] = [""],
    };
}
