using Slipway.Engine.Jobs;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans.Sections;

namespace Slipway.Pipeline.Graph;

/// <summary>A plan's image encoder as jobs know it.</summary>
internal static class EncoderListing
{
    private const string Configuration = "preprocessor_config.json";

    /// <summary>What stands behind the model's name where its weights lie in a file of their own: Optimum's way and PyTorch's.</summary>
    private static readonly string[] WeightsEndings = ["_data", ".data"];

    /// <param name="plan">Names it.</param>
    /// <param name="workspace">What its paths are relative to.</param>
    public static EncoderFiles Of(EncoderPlan plan, string workspace)
    {
        var folder = Path.GetDirectoryName(plan.Model)!.Replace('\\', '/');
        // Repositories of exports have the model in a folder of its own.
        string[] places = Path.GetFileName(folder) == "onnx" ? [folder, Path.GetDirectoryName(folder)!] : [folder];
        var found = plan.Config ?? places.Select(place => Beside(place)).FirstOrDefault(path => File.Exists(Path.Combine(workspace, path)));
        // Where the plan does not say everything, the missing file is named when the job looks for it.
        var configuration = found ?? (plan.Settings.AreWhole ? null : Beside(folder));
        var weights = WeightsEndings.Select(ending => plan.Model + ending).FirstOrDefault(path => File.Exists(Path.Combine(workspace, path)));
        return new EncoderFiles(new FileRef(plan.Model, "encoder"), configuration is null ? null : new FileRef(configuration, "encoder's configuration"), plan.Settings)
        {
            Weights = weights is null ? null : new FileRef(weights, "encoder's weights"),
        };
    }

    private static string Beside(string folder) => folder.Length == 0 ? Configuration : $"{folder}/{Configuration}";
}
