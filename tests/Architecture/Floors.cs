namespace Slipway.Architecture.Tests;

/// <summary>The floors of each project, the highest first: an arrow goes down only. A new folder gets its place here.</summary>
internal static class Floors
{
    /// <summary>Namespaces behind the assembly's name, by assembly; "" is the project's root folder.</summary>
    public static IReadOnlyDictionary<string, string[]> Order { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["Slipway.Demo"] = ["Recipes", "Tagging", "Learning", "Onnx", "Scenes", "Scenes.Backgrounds", "Scenes.Subjects", "Drawing", ""],
        ["Slipway.Training"] =
        [
            "Memory", "Loop", "Validation", "Saves", "Hooks", "Losses", "Optimizers", "Schedules", "Metadata", "LoraFiles", "Data", "Noise",
            "Networks", "Networks.Adapters", "Metrics", "State", "Randomness", "Options",
        ],
        ["Slipway.Diffusion"] = ["Sampling", "Checkpoints", "Model", "UNets", "Vae", "Text", "Files", "Noise", "Modules", "Memory"],
        ["Slipway.Tagging"] = ["", "Captions", "Tags", "Inputs"],
        ["Slipway.Imaging"] = ["Grids", "Measuring", "Compositing", "Resampling", "Pictures"],
        ["Slipway.Engine"] = ["Execution", "Jobs", "Caching", "Options", "Files"],
        ["Slipway.Native"] = [""],
    };

    /// <summary>
    /// Namespaces of the host and of the pipeline that are still in a cycle. The list only shrinks: who has taken one out of its
    /// cycle strikes it out here.
    /// </summary>
    public static IReadOnlySet<string> StillInCycles { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "Slipway.Build",
        "Slipway.Build.Tasks",
        "Slipway.Pipeline",
        "Slipway.Pipeline.Graph",
        "Slipway.Pipeline.Plans",
        "Slipway.Pipeline.Plans.Datasets",
        "Slipway.Pipeline.Plans.Versions",
        "Slipway.Pipeline.Plans.Yaml",
        "Slipway.Pipeline.Preflights",
    };
}
