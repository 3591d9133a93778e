using Slipway.Engine.Jobs;

namespace Slipway.EveryKind.Tests;

/// <summary>What is not in the record is not read: what a process opens that does one job, in a workspace that has everything.</summary>
public sealed class OpenedFilesTests(FinishedKinds finished)
{
    public static TheoryData<string> Kinds => FinishedKinds.Names;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_job_opens_what_its_record_names_and_its_own_folders_of_the_cache(string kind)
    {
        var job = await finished.JobAsync(kind);
        using var workspace = Finished(job);

        var opened = await OpenedFiles.OfAsync(workspace.Root, "dotnet", HostProgram.Path, "--target=Job", $"--key={job.Key}");

        var paths = opened.Where(path => !path.EndsWith("/dotnet", StringComparison.Ordinal)).Select(path => Path.GetRelativePath(workspace.Root, path)).ToList();
        Assert.Equal("", string.Join('\n', paths.Where(path => !IsNamed(job, path) && !IsOwn(job, path))));
        Assert.Contains(job.Inputs, input => paths.Contains(input.Path));
        Assert.Equal(finished.Outputs(job), FinishedKinds.Outputs(workspace.Root, job.Paths));
    }

    [Fact]
    public async Task A_file_that_is_opened_is_told_whoever_opens_it()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a file.txt", "read");
        folder.Write("listed/not read.txt", "");

        var opened = await OpenedFiles.OfAsync(folder.Path, "sh", "-c", "cat 'a file.txt' missing.txt 2>written.txt; ls listed >>written.txt");

        Assert.Equal([folder["a file.txt"], folder["listed/"], folder["written.txt"]], opened.Where(path => path.StartsWith(folder.Path, StringComparison.Ordinal)));
        Assert.Contains(opened, path => path.EndsWith("/cat", StringComparison.Ordinal));
    }

    /// <summary>Everything is there but the job's own result, and what trainings keep for one another; and the plan, which only says what targets there are.</summary>
    private Workspace Finished(JobJson job)
    {
        var workspace = finished.Copy();
        File.Delete(workspace[$".slipway/ac/{job.Key[..2]}/{job.Key}"]);
        Directory.Delete(workspace[".slipway/kept"], recursive: true);
        File.Delete(workspace["lora.pipeline.yaml"]);
        foreach (var path in job.Paths)
            Delete(workspace[path]);
        return workspace;
    }

    private static void Delete(string path)
    {
        if (Path.EndsInDirectorySeparator(path))
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
    }

    private static bool IsNamed(JobJson job, string path) => job.Inputs.Select(input => input.Path).Concat(job.Paths).Any(named =>
        path == named
        || (named.EndsWith('/') && path.StartsWith(named, StringComparison.Ordinal))
        || path == $"{Path.GetDirectoryName(named)}/"); // whose members' stamps tell which hashes are still true

    private bool IsOwn(JobJson job, string path) => path.StartsWith(".slipway/cas/", StringComparison.Ordinal)
        ? finished.Outputs(job).Any(output => output.EndsWith(Path.GetFileName(path), StringComparison.Ordinal))
        : OwnPlaces(job).Any(place => path.StartsWith(place, StringComparison.Ordinal));

    /// <summary>Where a job is written down, works, keeps and is remembered.</summary>
    private static IEnumerable<string> OwnPlaces(JobJson job) =>
    [
        $".slipway/jobs/{job.Key[..2]}/{job.Key}.json",
        $".slipway/jobs/{job.Key[..2]}/.", // the same, before it has its name
        $".slipway/ac/{job.Key[..2]}/",
        $".slipway/checkpoints/{job.Key}/",
        ".slipway/work/",
        ".slipway/kept/",
        ".slipway/locks/",
        ".slipway/runs/", // what a running process needs, so that Gc leaves it
        ".slipway/tmp/",
        ".slipway/file-hashes",
        ".slipway/.", // the next hashes, before they have their name
    ];
}
