using Slipway.Engine.Jobs;
using Slipway.Training.Hooks;
using Slipway.Training.LoraFiles;
using Slipway.Training.Metadata;
using Slipway.Training.Options;
using Slipway.Training.Saves;

namespace Slipway.Pipeline.Jobs;

/// <summary>The LoRA files that a version saves before its end, such as <c>{name}-000002.safetensors</c>, in a folder.</summary>
internal sealed class TrainingSaves
{
    private const string Output = "saves";
    private readonly GrowingFolder? _folder;

    /// <param name="io">Of the training.</param>
    /// <param name="options">When to save.</param>
    /// <param name="outputName">Of the version's LoRA.</param>
    /// <param name="metadata">Of the files.</param>
    public TrainingSaves(JobIo io, SaveOptions options, string outputName, IReadOnlyDictionary<string, string> metadata)
    {
        if (!options.AreWanted)
            return;
        var folder = _folder = io.Growing(Output);
        Hooks =
        [
            new PeriodicSave(options, outputName, (moment, name) =>
                LoraFile.Save(moment.Network, folder.PathOf(name + ".safetensors"), LoraMetadata.At(metadata, moment.Step, moment.StepsPerEpoch), LoraFile.TypeOf(options.SavePrecision))),
        ];
    }

    /// <summary>To be called between the steps.</summary>
    public IReadOnlyList<ITrainingHook> Hooks { get; } = [];

    /// <summary>A file of the folder, as another job's input.</summary>
    /// <param name="name">Its name, without extension.</param>
    public static string OutputOf(string name) => $"{Output}/{name}.safetensors";

    /// <summary>Outputs of a training.</summary>
    public static IEnumerable<JobOutput> Outputs(SaveOptions options) => options.AreWanted ? [new JobOutput(Output, IsFolder: true)] : [];

    /// <summary>Brings the files to where the job's outputs are.</summary>
    public void Finish() => _folder?.Finish();
}
