using System.Security.Cryptography;
using Slipway.EveryKind.Tests;
using Slipway.Engine.Jobs;

[assembly: AssemblyFixture(typeof(FinishedKinds))]

namespace Slipway.EveryKind.Tests;

/// <summary>
/// A workspace in which a plan with every kind of job has run once, several side by side, when the first test asks for it; and the jobs as
/// it kept them. The kinds are found by looking: one that the plan lacks fails the tests about it.
/// </summary>
public sealed class FinishedKinds : IDisposable
{
    private readonly Workspace _workspace = Workspace.New();
    private readonly Lazy<Task<IReadOnlyList<JobJson>>> _jobs;

    /// <summary>Nothing runs yet.</summary>
    public FinishedKinds() => _jobs = new(RunAsync);

    /// <summary>The records of all kinds.</summary>
    internal static IReadOnlyList<Type> Records { get; } =
        [.. typeof(SlipwayPipeline).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(IJob)) && !type.IsAbstract).OrderBy(type => type.Name, StringComparer.Ordinal)];

    /// <summary>Their names.</summary>
    public static TheoryData<string> Names => [.. Records.Select(type => type.Name)];

    /// <summary>The job of a kind that reads and writes most.</summary>
    internal async Task<JobJson> JobAsync(string record)
    {
        var jobs = (await _jobs.Value).Where(job => job.Node(Records).Job.GetType().Name == record).OrderByDescending(job => job.Paths.Count + job.Inputs.Count).ThenBy(job => job.Key, StringComparer.Ordinal);
        return jobs.FirstOrDefault() ?? throw new InvalidOperationException($"No job of the plan of these tests is a {record}: give it one.");
    }

    /// <summary>What a job gave here.</summary>
    internal IReadOnlyList<string> Outputs(JobJson job) => Outputs(_workspace.Root, job.Paths);

    /// <summary>The same files in a folder of their own.</summary>
    internal Workspace Copy() => _workspace.Copy();

    /// <summary>Full path of what a job reads: in the workspace, or in the store where it is another job's.</summary>
    internal string SourceOf(JobJson.InputFile input) => _workspace[input.Producer is null ? input.Path : BlobOf(input.Hash)];

    /// <summary>Where the store has the bytes of a hash.</summary>
    internal static string BlobOf(string hash) => $".slipway/cas/{hash[..2]}/{hash}";

    /// <summary>The files of outputs: number of the output, name within one that is a folder, hash.</summary>
    internal static IReadOnlyList<string> Outputs(string root, IEnumerable<string> paths) =>
    [
        .. paths.SelectMany((path, slot) => FilesOf(Path.Combine(root, path)).Select(file =>
            $"{slot} {Path.GetRelativePath(Path.Combine(root, path), file)} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))}")),
    ];

    /// <inheritdoc/>
    public void Dispose() => _workspace.Dispose();

    private static IEnumerable<string> FilesOf(string output) => Path.EndsInDirectorySeparator(output) ? Directory.GetFiles(output, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal) : [output];

    private async Task<IReadOnlyList<JobJson>> RunAsync()
    {
        OnnxEncoder.Write(_workspace["models/encoder.onnx"], 16, "image_embeds");
        File.WriteAllText(_workspace["models/preprocessor_config.json"], """{ "size": 16, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5] }""");
        _workspace.Edit(
            ("salt", "pepper"),
            ("evaluation.encoder", "{ model: models/encoder.onnx }"),
            ("backgrounds.count", "2"),
            ("regularisation", "{ count: 1, seed: 3000, prompts: { beach: \"boat, beach\" }, steps: 2 }"),
            ("validation", "{ count: 1 }"),
            ("datasets.class", "{ source: regularisation }"),
            ("versions.v01.max_train_steps", "4"),
            ("versions.v01.validate_every_n_steps", "2"),
            ("versions.v01.sample_every_n_steps", "2"),
            ("versions.v01.save_every_n_steps", "1"),
            ("versions.v03.dataset", "[with_background, class]"),
            ("versions.v03.masked_loss", "true"),
            ("ensembles.merged", "{ of: [v01, v03], ratios: [0.5, 0.5], rank: 4 }"),
            ("evaluation.drift_seeds", "1"),
            ("evaluation.table", "kinds"),
            ("evaluation.grids.steps", "{ x: { saved_step: \"1-3, end\" }, y: { strength: [1, 0.5] }, version: v01, format: jpg }"));
        await _workspace.RunAsync();
        return [.. Directory.GetFiles(_workspace[".slipway/jobs"], "*.json", SearchOption.AllDirectories).Select(file => JobJson.Read(File.ReadAllText(file)))];
    }
}
