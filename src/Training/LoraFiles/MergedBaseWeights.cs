using Slipway.Diffusion.Model;
using Slipway.Training.Networks;
using Slipway.Training.Options;

namespace Slipway.Training.LoraFiles;

/// <summary><c>base_weights</c>: LoRA files that are part of the model until this is disposed.</summary>
internal sealed class MergedBaseWeights : IDisposable
{
    private readonly List<LoraNetwork> _networks = [];

    /// <summary>Merges the files into the model, one after the other.</summary>
    /// <param name="model">Gets its very bits back when this is disposed.</param>
    /// <param name="files">Files and their strengths.</param>
    /// <param name="warn">Told what is left out of a file, a line each.</param>
    /// <exception cref="InvalidDataException">A file does not fit the model.</exception>
    public MergedBaseWeights(SdxlModel model, IEnumerable<BaseWeights> files, Action<string>? warn = null)
    {
        try
        {
            foreach (var file in files)
                Add(model, file, warn);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What is in the model, and on which other LoRAs can be laid for a while.</summary>
    public LoraMerge Merge { get; } = new();

    /// <summary>Takes them out of the model again.</summary>
    public void Dispose()
    {
        Merge.Dispose();
        _networks.ForEach(network => network.Dispose());
        _networks.Clear();
    }

    private void Add(SdxlModel model, BaseWeights file, Action<string>? warn)
    {
        _networks.Add(LoraFile.Load(model, file.Path, warn));
        _networks[^1].Multiplier = file.Multiplier;
        Merge.Add(_networks[^1]);
    }
}
