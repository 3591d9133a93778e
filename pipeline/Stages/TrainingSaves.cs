using Slipway.Pipeline.Plans.Versions;
using Slipway.Training.Hooks;
using Slipway.Training.LoraFiles;
using Slipway.Training.Metadata;
using Slipway.Training.Options;
using Slipway.Training.Saves;

namespace Slipway.Pipeline.Stages;

/// <summary>
/// The LoRA files that a version saves before its end: <c>artifacts/lora/{name}_saves/{name}-000002.safetensors</c>. Until the end they
/// lie beside the checkpoints, where a kill leaves them.
/// </summary>
internal sealed class TrainingSaves
{
    private readonly string? _outputFolder;
    private readonly string _folder;
    private readonly PeriodicSave _hook;

    /// <param name="work">The training.</param>
    /// <param name="options">When to save.</param>
    /// <param name="outputName">Of the version's LoRA.</param>
    /// <param name="metadata">Of the files.</param>
    public TrainingSaves(StageWork work, SaveOptions options, string outputName, IReadOnlyDictionary<string, string> metadata)
    {
        _outputFolder = options.AreWanted ? Path.Combine(work.Folder, Output(outputName)) : null;
        _folder = Path.Combine(work.CheckpointFolder, "saves");
        _hook = new PeriodicSave(options, outputName, (moment, name) =>
        {
            Directory.CreateDirectory(_folder);
            LoraFile.Save(moment.Network, Path.Combine(_folder, name + ".safetensors"), LoraMetadata.At(metadata, moment.Step, moment.StepsPerEpoch));
        });
    }

    public IReadOnlyList<ITrainingHook> Hooks => _outputFolder is null ? [] : [_hook];

    /// <summary>Outputs of a version's training.</summary>
    public static IEnumerable<string> Outputs(VersionPlan version, string outputName) => version.Training.Saves.AreWanted ? [Output(outputName)] : [];

    /// <summary>Brings the files to where the stage's outputs are.</summary>
    public void Finish()
    {
        if (_outputFolder is null)
            return;
        Directory.CreateDirectory(_outputFolder);
        foreach (var file in Directory.Exists(_folder) ? Directory.GetFiles(_folder, "*.safetensors") : [])
            File.Copy(file, Path.Combine(_outputFolder, Path.GetFileName(file)));
    }

    private static string Output(string outputName) => $"lora/{outputName}_saves/";
}
