using System.Diagnostics;
using System.Security.Cryptography;

namespace Slipway.Build.Benches.Torture;

/// <summary>A temporary workspace that runs are started in, and that they may do any harm to.</summary>
internal sealed class TortureWorkspace : IDisposable
{
    // Written after each run, with its times.
    private const string RunFile = "run.js";

    /// <summary>Folder with what an untouched run gave.</summary>
    public const string Untouched = "untouched";

    /// <param name="root">Where Slipway's own data sets are.</param>
    /// <param name="steps">Steps of the longer training.</param>
    /// <param name="target">What is run again and again.</param>
    public TortureWorkspace(string root, int steps, string target)
    {
        Run = $"--target={target}";
        Root = Directory.CreateTempSubdirectory("slipway-torture-").FullName;
        TorturePlan.Write(Root, root, steps);
        TorturePlan.Write(Root, root, steps, OtherPlan, seed: 2);
    }

    /// <summary>A second plan in the folder, of which all bytes are others.</summary>
    public const string OtherPlan = "other.yaml";

    /// <summary>The option that says what is run again and again.</summary>
    public string Run { get; }

    /// <summary>Its folder.</summary>
    public string Root { get; }

    /// <summary>The cache's folder.</summary>
    public string Cache => Path.Combine(Root, ".slipway");

    /// <summary>Everything that runs have given: path and hash of each file.</summary>
    public IReadOnlyDictionary<string, string> Outputs => Files("artifacts").Where(file => Path.GetFileName(file) != RunFile)
        .ToDictionary(file => Path.GetRelativePath(Root, file), file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))));

    /// <summary>When each record of a finished job was written.</summary>
    public IReadOnlyDictionary<string, DateTime> Records => Files(".slipway/ac").Where(file => !Path.GetFileName(file).StartsWith('.')).ToDictionary(file => file, File.GetLastWriteTimeUtc);

    /// <summary>Keeps a copy of what runs have given, for whoever looks into a difference later.</summary>
    public void KeepOutputs()
    {
        foreach (var file in Files("artifacts"))
        {
            var kept = Path.Combine(Root, Untouched, Path.GetRelativePath(Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(kept)!);
            File.Copy(file, kept, overwrite: true);
        }
    }

    /// <exception cref="TortureException">What runs have given is not what is expected.</exception>
    public void MustHave(IReadOnlyDictionary<string, string> expected, string after)
    {
        var now = Outputs;
        string[] different = [.. expected.Keys.Union(now.Keys).Where(file => expected.GetValueOrDefault(file) != now.GetValueOrDefault(file)).Order(StringComparer.Ordinal)];
        if (different.Length > 0)
            throw new TortureException($"After {after} these are others: {string.Join(", ", different)}");
    }

    /// <summary>Full paths of all files below a folder, in the order of the alphabet; none where there is no such folder.</summary>
    public IReadOnlyList<string> Files(string folder)
    {
        var path = Path.Combine(Root, folder);
        return Directory.Exists(path) ? [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)] : [];
    }

    /// <summary>Takes away what runs have made.</summary>
    public void Clear()
    {
        foreach (var folder in new[] { Cache, Path.Combine(Root, "artifacts") }.Where(Directory.Exists))
            Directory.Delete(folder, recursive: true);
        foreach (var file in Directory.GetFiles(Root, "*.lock.yaml"))
            File.Delete(file);
    }

    /// <summary>Starts the program here.</summary>
    public Process Start(params IEnumerable<string> args) => PlanProcess.Start(Root, args);

    /// <summary>Runs the program here to its end.</summary>
    /// <returns>Exit code, and all that it said.</returns>
    public async Task<(int Code, string Said)> RunAsync(params IEnumerable<string> args)
    {
        using var process = Start(args);
        return await EndAsync(process);
    }

    /// <summary>Runs the program here to its end.</summary>
    /// <returns>All that it said.</returns>
    /// <exception cref="TortureException">It fails.</exception>
    public async Task<string> MustRunAsync(string after, params IReadOnlyList<string> more)
    {
        var (code, said) = await RunAsync([Run, .. more]);
        return code == 0 ? said : throw new TortureException($"After {after} {string.Join(' ', [Run, .. more])} ended with {code}: {said}");
    }

    /// <summary>Waits for a process.</summary>
    /// <returns>Exit code, and all that it said.</returns>
    public static async Task<(int Code, string Said)> EndAsync(Process process)
    {
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, string.Concat(said).Trim());
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Root, recursive: true);
}
