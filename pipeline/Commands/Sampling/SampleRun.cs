using Slipway.Diffusion.Model;
using Slipway.Diffusion.Sampling;
using Slipway.Engine.Caching;
using Slipway.Engine.Execution;
using Slipway.Engine.Jobs;
using Slipway.Pipeline.Drawing;
using Slipway.Pipeline.Graph;
using Slipway.Pipeline.Plans;

namespace Slipway.Pipeline.Commands.Sampling;

/// <summary>Draws pictures outside the plan: <c>--target=Sample</c>. Nothing of it is cached.</summary>
public static class SampleRun
{
    /// <summary>Draws what is asked for; each picture goes through the UNet alone, so that its bytes are those of any other run.</summary>
    /// <param name="folder">Where the user stands: paths of options are relative to it.</param>
    /// <param name="workspace">The plan's folder: its paths are relative to it.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="plan">Gives the base model, device, precision and threads; null where the request names a model, then they are what fits the machine.</param>
    /// <param name="device"><c>cpu</c> or <c>cuda</c>; null: the plan's.</param>
    /// <param name="progress">Hears of every step.</param>
    /// <param name="cancel">Looked at before every step.</param>
    /// <returns>Full paths of the pictures.</returns>
    /// <exception cref="ArgumentException">Something asked for cannot be.</exception>
    /// <exception cref="FileNotFoundException">There is no such model or LoRA.</exception>
    /// <exception cref="InvalidDataException">The model or a LoRA cannot be read.</exception>
    public static IReadOnlyList<string> Run(
        string folder, string workspace, SampleRequest request, Plan? plan, string? device, IProgressSink progress, CancellationToken cancel)
    {
        PromptEditing.Warn(request.Prompt, progress.Warn);
        PromptEditing.Warn(request.NegativePrompt, progress.Warn);
        var path = ModelPath(folder, workspace, request, plan);
        var loras = LorasOf(new LoraFolders(folder, workspace, plan?.ArtifactsFolder, path), request);
        var companions = Companions(folder, workspace, path, request, plan);
        using var model = Open(path, companions, workspace, request.Model is null ? plan : null, plan, device, progress);
        using var cache = new Cache(workspace, progress.Warn);
        var requests = Requests(request, model);
        var options = request.Sampling.Options(batchSize: 1) with { Spacing = request.Spacing };
        var series = new PictureSeries(model, Identity(path, companions, workspace, request.Model is null ? plan : null, cache.Hasher), loras, Facts.SlipwayVersion, progress.Line, progress.Warn);
        var (paths, all) = (request.Paths(folder), request.Count * request.Steps);
        series.Draw(requests, options, paths, Report, cancel);
        return paths;

        void Report(SamplingStep step)
        {
            var detail = request.Count == 1 ? null : $"picture {step.Finished + 1} of {request.Count}";
            progress.Report("Sample", (step.Finished * step.Steps) + step.Step, all, detail);
        }
    }

    /// <summary>What pictures say of a model: the plan's own, or without a plan another.</summary>
    internal static ModelIdentity Identity(string path, string? companions, string workspace, Plan? plan, FileHasher hasher) => ModelIdentity.From(path, companions, hasher, plan?.BaseModelName) with
    {
        Vae = plan?.Vae is { } vae ? (plan.VaeName!, hasher.Hash(Path.GetFullPath(vae, workspace))) : null,
        ClipSkip = plan?.Model.OtherClipSkip,
    };

    internal static string ModelPath(string folder, string workspace, SampleRequest request, Plan? plan)
    {
        if (request.Model is null)
            LocatedPlan.Require(plan!);
        var path = request.Model is { } model ? Path.GetFullPath(model, folder) : Path.GetFullPath(plan!.BaseModel, workspace);
        return File.Exists(path) || Directory.Exists(path)
            ? path
            : throw new FileNotFoundException(request.Model is null
                ? $"The base model '{plan!.BaseModel}' does not exist; put it there, or name another with --model=FILE."
                : $"The model '{request.Model}' does not exist; expected a safetensors file, or a folder in diffusers' layout.");
    }

    /// <summary>Where a model in a single file finds its tokenizers; null: beside it. A folder has its own.</summary>
    internal static string? Companions(string folder, string workspace, string path, SampleRequest request, Plan? plan)
    {
        if (File.Exists(path))
        {
            return request.Tokenizer is { } given ? Path.GetFullPath(given, folder)
                : request.Model is not null && !LocatedPlan.IsAlone(path) ? null
                : plan?.Tokenizer is { } planned ? Path.GetFullPath(planned, workspace)
                : LocatedPlan.Vocabulary(path, workspace);
        }

        return request.Tokenizer is null
            ? null
            : throw new ArgumentException($"--tokenizer is for a model in a single file; '{path}' is a folder with tokenizers of its own.");
    }

    /// <summary>Those of the options first, then those that the prompt names, each once.</summary>
    private static IReadOnlyList<LoraUse> LorasOf(LoraFolders folders, SampleRequest request) =>
    [
        .. request.Loras.Select(text => folders.FindOption(LoraTag.ReadOption(text))),
        .. LoraTag.Split(request.Prompt).Tags.Select(folders.Find),
    ];

    private static SdxlModel Open(string path, string? companions, string workspace, Plan? own, Plan? plan, string? device, IProgressSink progress)
    {
        // What the plan says of its model does not hold of another one.
        var threads = ProcessorFacts.Read().Threads(plan?.Threads ?? 0);
        if (plan is not null)
            return ModelLoader.Load(path, companions, plan.Device, plan.MixedPrecision, threads, own?.Model.Overrides(own.Vae is null ? null : Path.GetFullPath(own.Vae, workspace)), progress.Warn, plan.Deterministic);
        var chosen = device ?? (TorchSharp.torch.cuda_is_available() ? "cuda" : "cpu");
        return ModelLoader.Load(path, companions, chosen, chosen == "cuda" ? "bf16" : "no", threads, null, progress.Warn);
    }

    private static SamplingRequest[] Requests(SampleRequest request, SdxlModel model)
    {
        var (width, height) = (request.Width ?? model.DefaultSize, request.Height ?? model.DefaultSize);
        return [.. Enumerable.Range(0, request.Count).Select(i => new SamplingRequest(request.Prompt, request.NegativePrompt, request.Seed + i, width, height))];
    }
}
