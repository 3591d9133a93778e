using Slipway.Diffusion.Checkpoints;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;
using Slipway.Pipeline.Drawing;
using Slipway.Pipeline.Jobs;
using Slipway.Pipeline.Plans;

namespace Slipway.Pipeline.Graph;

/// <summary>A plan's base model as jobs know it.</summary>
internal static class BaseModel
{
    // Where an earlier version computed them in bf16, the text encoders' last of all, they have other last bits.
    private const int Bf16Products = 2;

    /// <summary>What web UIs call it: the file's name without extension, or the folder's.</summary>
    public static string NameOf(Plan plan, string workspace) => plan.BaseModelName ?? ModelHash.NameOf(Path.Combine(workspace, plan.BaseModel));

    /// <summary>Lists its files; none of their weights is read.</summary>
    /// <param name="plan">Names the model.</param>
    /// <param name="workspace">What the plan's paths are relative to.</param>
    /// <exception cref="FileNotFoundException">There is no such model, or a part of it is missing.</exception>
    /// <exception cref="InvalidDataException">It is no safetensors file.</exception>
    public static ModelUse List(Plan plan, string workspace)
    {
        var path = Path.Combine(workspace, plan.BaseModel);
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            throw new FileNotFoundException(
                $"The base model '{plan.BaseModel}' does not exist; put it there, or set `base_model` in the profile '{plan.Profile}'.", path);
        }

        if (plan.Tokenizer is not null && !File.Exists(path))
            throw new ArgumentException($"`tokenizer` is for a base model in a single file; the folder '{plan.BaseModel}' has tokenizers of its own. Leave it out of the profile '{plan.Profile}'.");
        return new ModelUse(
            [
                .. SdxlCheckpoint.Files(path, plan.Tokenizer is null ? null : Path.Combine(workspace, plan.Tokenizer)).Select(file => new NamedFile(file.Role, new FileRef(Relative(workspace, file.Path), "part of the base model"))),
                .. plan.Vae is null ? Array.Empty<NamedFile>() : [new NamedFile(ModelUse.Vae, new FileRef(plan.Vae, "autoencoder"))],
            ],
            plan.BaseModel,
            plan.Tokenizer,
            plan.Device,
            plan.MixedPrecision,
            ProcessorFacts.Read().Threads(plan.Threads))
        {
            Settings = plan.Model,
            Deterministic = plan.Deterministic || plan.Device == "cpu",
            Bf16Products = plan is { Device: "cpu", MixedPrecision: "bf16" } ? Bf16Products : 0,
        };
    }

    private static string Relative(string workspace, string path) => path.StartsWith(workspace + Path.DirectorySeparatorChar, StringComparison.Ordinal)
        ? path[(workspace.Length + 1)..].Replace('\\', '/')
        : path;
}
