using System.Security.Cryptography;

namespace Slipway.EndToEnd.Tests;

/// <summary>
/// A folder with the sprite, the embedded models and <see cref="TinyPlan"/>. Every run opens the pipeline anew, as a
/// process of its own would.
/// </summary>
internal sealed class Workspace : IDisposable
{
    private const string PlanName = "lora.pipeline.yaml";

    private Workspace()
    {
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("slipway-").FullName;

    public string this[string relative] => Path.Combine(Root, relative);

    public string Sprite => this["datasets/sail_kun/sail_kun.png"];

    public string PlanText
    {
        get => File.ReadAllText(this[PlanName]);
        set => File.WriteAllText(this[PlanName], value);
    }

    public string Lora(string version) => this[$"artifacts/lora/sail_kun_{version}.safetensors"];

    /// <summary>A workspace in which nothing has run.</summary>
    public static Workspace New()
    {
        var workspace = new Workspace();
        Repository.CopyTo("datasets", workspace.Root);
        workspace.PlanText = TinyPlan.Text();
        return workspace;
    }

    /// <summary>The same files in a folder of their own; nobody else sees what is done to them.</summary>
    public Workspace Copy()
    {
        var copy = new Workspace();
        Repository.CopyFolder(Root, copy.Root);
        return copy;
    }

    /// <summary>Changes values of the plan.</summary>
    public void Edit(params (string Path, string Value)[] changes) => PlanText = TinyPlan.With(PlanText, changes);

    public Task<string[]> RunAsync() => RunAsync(PipelineStage.Evaluation);

    /// <summary>Runs a stage and those before it.</summary>
    /// <returns>What ran and was not reused: label and number of items.</returns>
    public async Task<string[]> RunAsync(PipelineStage stage, string? version = null, string? device = null, RecordingSink? sink = null)
    {
        sink ??= new RecordingSink();
        using var pipeline = SlipwayPipeline.Open(this[PlanName], new PipelineOptions { Device = device }, sink);
        var summaries = await pipeline.RunAsync([stage], version is null ? null : [version], sink.Cancellation);
        return [.. summaries.Where(line => line.Run > 0).Select(line => $"{line.Stage}{(line.Version is null ? "" : $" {line.Version}")}: {line.Run}")];
    }

    /// <summary>Hashes of all outputs by path, but for what every run says anew of itself.</summary>
    public SortedDictionary<string, string> Outputs() => new(
        Directory.GetFiles(this["artifacts"], "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "run.js").ToDictionary(
            file => Path.GetRelativePath(Root, file),
            file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))),
        StringComparer.Ordinal);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
