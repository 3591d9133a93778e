using Slipway.Engine.Jobs;
using Slipway.Training.Hooks;
using Slipway.Training.LoraFiles;
using Slipway.Training.Metadata;
using Slipway.Training.Options;
using Slipway.Training.Saves;

namespace Slipway.Pipeline.Jobs;

/// <summary>
/// The LoRA files that a version saves before its end, such as <c>{name}-000002.safetensors</c>, in a folder. Until the end they lie beside
/// the checkpoints, where a kill leaves them.
/// </summary>
internal sealed class TrainingSaves
{
    private const string Output = "saves";
    private readonly JobIo _io;
    private readonly bool _areWanted;
    private readonly string _folder;
    private readonly PeriodicSave _hook;

    /// <param name="io">Of the training.</param>
    /// <param name="options">When to save.</param>
    /// <param name="outputName">Of the version's LoRA.</param>
    /// <param name="metadata">Of the files.</param>
    public TrainingSaves(JobIo io, SaveOptions options, string outputName, IReadOnlyDictionary<string, string> metadata)
    {
        (_io, _areWanted) = (io, options.AreWanted);
        _folder = Path.Combine(io.CheckpointFolder, "saves");
        _hook = new PeriodicSave(options, outputName, (moment, name) =>
        {
            Directory.CreateDirectory(_folder);
            LoraFile.Save(moment.Network, Path.Combine(_folder, name + ".safetensors"), LoraMetadata.At(metadata, moment.Step, moment.StepsPerEpoch));
        });
    }

    public IReadOnlyList<ITrainingHook> Hooks => _areWanted ? [_hook] : [];

    /// <summary>Outputs of a training.</summary>
    public static IEnumerable<JobOutput> Outputs(SaveOptions options) => options.AreWanted ? [new JobOutput(Output, IsFolder: true)] : [];

    /// <summary>Brings the files to where the job's outputs are.</summary>
    public void Finish()
    {
        if (!_areWanted)
            return;
        var target = _io.Output(Output);
        foreach (var file in Directory.Exists(_folder) ? Directory.GetFiles(_folder, "*.safetensors") : [])
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
    }
}
