using Slipway.Engine.Jobs;

namespace Slipway.EveryKind.Tests;

/// <summary>
/// A folder with nothing but what one job needs: its JSON, the user's files that it reads, in other folders and under other names, and
/// the store with what it reads of other jobs. Its stage, its label and its outputs have other names too.
/// </summary>
internal sealed class Place : IDisposable
{
    private const int SegmentationFault = 128 + 11;
    private static readonly (string Known, string Here)[] Names = [("datasets/tiny-sdxl", "models/another one"), ("datasets/sail_kun/sail_kun.png", "mascot.PNG")];
    private readonly TemporaryFolder _folder = new();
    private readonly string _root;
    private readonly JobJson _job;

    /// <param name="finished">Has the job and its inputs.</param>
    /// <param name="job">The job.</param>
    /// <param name="name">Name of the folder.</param>
    /// <param name="folder">The folder of the user's files in it.</param>
    public Place(FinishedKinds finished, JobJson job, string name, string folder)
    {
        _root = _folder[name];
        foreach (var input in job.Inputs)
        {
            var (from, to) = (finished.SourceOf(input), this[input.Producer is null ? Renamed(input.Path, folder) : FinishedKinds.BlobOf(input.Hash)]);
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(from, to, overwrite: true);
        }

        _job = JobJson.Read(Renamed((job with { Seal = null }).Write(), folder)) with
        {
            Stage = $"Stage of {name}",
            Label = $"label of {name}",
            Paths = [.. job.Paths.Select((path, slot) => $"results of {name}/{slot}{(path.EndsWith('/') ? "/" : ".out")}")],
        };
        Directory.CreateDirectory(_root);
        File.WriteAllText(JsonFile, _job.Write());
        Directory.CreateDirectory(Home);
    }

    /// <summary>Full path of something in it.</summary>
    public string this[string relative] => Path.Combine(_root, relative);

    /// <summary>The job as it is called here.</summary>
    public JobJson Job => _job;

    /// <summary>The job's JSON, beside the folder.</summary>
    public string JsonFile => _folder["job.json"];

    /// <summary>What the job has given here.</summary>
    public IReadOnlyList<string> Outputs => FinishedKinds.Outputs(_root, _job.Paths);

    private string Home => _folder["home"];

    /// <summary>Does the job in a process of its own that stands elsewhere.</summary>
    /// <param name="environment">Variables such as <c>TZ=Asia/Tokyo</c>.</param>
    public async Task<HostResult> RunAsync(params string[] environment)
    {
        var run = await StartAsync(environment);
        // Threads that ask Debian 12's libfaketime for the time at once, while it starts, can crash (mended after 0.9.10): that comes before the host's first word.
        return environment.Any(variable => variable.StartsWith("FAKETIME=", StringComparison.Ordinal)) && run is (SegmentationFault, "", "") ? await StartAsync(environment) : run;
    }

    public void Dispose() => _folder.Dispose();

    private Task<HostResult> StartAsync(string[] environment) => HostProgram.ResultAsync(HostProgram.Start(
        "env", Home, ["-u", "OMP_NUM_THREADS", $"HOME={Home}", .. environment, "dotnet", HostProgram.Path, "--target=Job", $"--from={JsonFile}", $"--working={_root}"]));

    private static string Renamed(string text, string folder) =>
        Names.Aggregate(text, (renamed, name) => renamed.Replace(name.Known, $"{folder}/{name.Here}", StringComparison.Ordinal));
}
