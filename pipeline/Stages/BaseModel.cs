using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Files;
using Slipway.Engine.Caching;
using Slipway.Pipeline.Plans;

namespace Slipway.Pipeline.Stages;

/// <summary>The files of a plan's base model: what they are called, and what is in them.</summary>
internal sealed class BaseModel
{
    private readonly Plan _plan;
    private readonly FileHasher _hasher;
    private readonly Lazy<IReadOnlyList<ModelFile>> _files;

    /// <param name="plan">Names the model.</param>
    /// <param name="cache">Its workspace is what the plan's paths are relative to; it remembers hashes.</param>
    public BaseModel(Plan plan, Cache cache)
    {
        (_plan, _hasher) = (plan, cache.Hasher);
        Path = System.IO.Path.Combine(cache.Workspace, plan.BaseModel);
        Companions = plan.Tokenizer is null ? null : System.IO.Path.Combine(cache.Workspace, plan.Tokenizer);
        _files = new Lazy<IReadOnlyList<ModelFile>>(Find);
    }

    /// <summary>Full path of the folder or file.</summary>
    public string Path { get; }

    /// <summary>Full path of the folder with the tokenizers of a checkpoint in a single file; null: beside the file.</summary>
    public string? Companions { get; }

    /// <summary>What web UIs call it: the file's name without extension, or the folder's.</summary>
    public string Name => ModelHash.NameOf(Path);

    /// <inheritdoc cref="ModelHash.Of"/>
    public string Hash => ModelHash.Of(_files.Value, _hasher).ToString();

    /// <summary>Whether it is a checkpoint in a single file.</summary>
    public bool IsSingleFile => File.Exists(Path);

    /// <summary><see cref="Slipway.Training.LoraFiles.LegacyHash"/> of a checkpoint (<c>ss_sd_model_hash</c>); null for a folder, of which there is none.</summary>
    public string? LegacyHash => IsSingleFile ? Slipway.Training.LoraFiles.LegacyHash.OfFile(Path) : null;

    /// <summary>The files that it is loaded from, by what they are to it.</summary>
    /// <exception cref="FileNotFoundException">There is no such model, or a part of it is missing.</exception>
    /// <exception cref="InvalidDataException">It is no safetensors file.</exception>
    public IEnumerable<FingerprintEntry> Entries => _files.Value.Select(file => FingerprintEntry.File($"base_model/{file.Role}", file.Path, _hasher));

    private IReadOnlyList<ModelFile> Find()
    {
        if (!File.Exists(Path) && !Directory.Exists(Path))
        {
            throw new FileNotFoundException(
                $"The base model '{_plan.BaseModel}' does not exist; put it there, or set `base_model` in the profile '{_plan.Profile}'.", Path);
        }

        if (Companions is not null && !IsSingleFile)
            throw new ArgumentException($"`tokenizer` is for a base model in a single file; the folder '{_plan.BaseModel}' has tokenizers of its own. Leave it out of the profile '{_plan.Profile}'.");
        return SdxlCheckpoint.Files(Path, Companions);
    }
}
