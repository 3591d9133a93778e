using System.Diagnostics;
using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Execution;

/// <summary>Two machines at once with a shared folder on a network file system.</summary>
[Trait("Tier", "slow")]
public sealed class NetworkFolderTests : IDisposable
{
    private const string Variable = "SLIPWAY_TEST_FOLDER";
    private const string Compiler = "/usr/bin/cc";
    private static readonly string[] Labels = [.. Enumerable.Range(0, 12).Select(i => $"boat {i}")];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>In this process it starts two others, to which the C library speaks as such a file system does; each of them comes here too.</summary>
    [Fact]
    public async Task Stale_handles_late_listings_and_no_locks_cost_work_and_no_bytes()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } shared)
        {
            await RunAsync(shared);
            return;
        }

        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists(Compiler), "It takes Linux and a C compiler (cc).");
        var library = await CompiledAsync();
        var machines = await Task.WhenAll(StartAsync(library), StartAsync(library));

        Assert.All(machines, machine => Assert.True(machine.Code == 0 && machine.Output.Contains("Total: 1, Errors: 0, Failed: 0, Skipped: 0", StringComparison.Ordinal), machine.Output + machine.Error));
        await AssertAllIsThereAsync(_folder["network"]);
    }

    [Fact]
    public async Task Two_machines_share_a_folder_over_sshfs()
    {
        using var one = SshfsMount.TryMount(_folder["server"], _folder["one"]);
        Assert.SkipWhen(one is null, SshfsMount.Missing);
        using var other = SshfsMount.TryMount(_folder["server"], _folder["other"]);
        Assert.SkipWhen(other is null, SshfsMount.Missing);

        await Task.WhenAll(RunAsync(_folder["one/shared"]), RunAsync(_folder["other/shared"]));

        await AssertAllIsThereAsync(_folder["one/shared"]);
    }

    private static async Task RunAsync(string shared)
    {
        using var yard = new Yard().With(Labels);
        (yard.Folder, yard.Jobs) = (shared, 2);
        foreach (var color in new[] { "red", "blue" })
        {
            yard.Color = color;
            await yard.RunAsync();
            Assert.All(Labels, label => Assert.Equal($"[PICTURE {label.ToUpperInvariant()}]", yard.Read($"artifacts/frame/{label}.txt")));
            using var cache = yard.Open();
            GarbageCollection.Collect(cache, new GarbageRules(1));
        }

        Assert.Empty(yard.Warnings);
    }

    private static async Task AssertAllIsThereAsync(string shared)
    {
        using var third = new Yard().With(Labels);
        third.Folder = shared;
        foreach (var color in new[] { "red", "blue" })
        {
            third.Color = color;
            await third.RunAsync();
            Assert.Empty(third.Ran);
        }

        using var cache = third.Open();
        Assert.Equal([], Verification.Of(cache).Findings);
        Assert.Empty(third.Warnings);
    }

    private Task<HostResult> StartAsync(string library) => HostProgram.ResultAsync(HostProgram.Start(
        "env",
        AppContext.BaseDirectory,
        [
            $"LD_PRELOAD={library}", $"{Variable}={_folder["network"]}", "dotnet", typeof(NetworkFolderTests).Assembly.Location, "-noColor",
            "-method", $"{typeof(NetworkFolderTests).FullName}.{nameof(Stale_handles_late_listings_and_no_locks_cost_work_and_no_bytes)}",
        ]));

    private async Task<string> CompiledAsync()
    {
        var source = Path.Combine(Repository.Root, "tests", "Engine", "Execution", "network-folder.c");
        var built = await HostProgram.ResultAsync(HostProgram.Start(Compiler, _folder.Path, ["-shared", "-fPIC", "-O1", "-o", _folder["network-folder.so"], source, "-ldl"]));
        Assert.True(built.Code == 0, built.Error);
        return _folder["network-folder.so"];
    }

    /// <summary>A folder as another machine sees it: sshfs, and on the other end of its pipe the server that ssh would start.</summary>
    private sealed class SshfsMount : IDisposable
    {
        public const string Missing = "It takes sshfs, its server (Debian's sshfs and openssh-sftp-server) and the right to mount with FUSE.";
        private static readonly string[] Needed = ["/usr/bin/sshfs", "/usr/lib/openssh/sftp-server", "/usr/bin/fusermount3", "/dev/fuse"];
        private readonly Process _process;
        private readonly string _folder;

        private SshfsMount(Process process, string folder) => (_process, _folder) = (process, folder);

        public static SshfsMount? TryMount(string server, string folder)
        {
            if (!Needed.All(File.Exists))
                return null;
            Directory.CreateDirectory(server);
            Directory.CreateDirectory(folder);
            var script = $"mkfifo '{folder}.pipe' && {Needed[1]} < '{folder}.pipe' | {Needed[0]} -f -o passive -o dir_cache=no -o attr_timeout=0 -o entry_timeout=0 ':{server}' '{folder}' > '{folder}.pipe'";
            var mount = new SshfsMount(HostProgram.Start("sh", server, ["-c", script]), folder);
            if (SpinWait.SpinUntil(() => mount._process.HasExited || File.ReadAllText("/proc/mounts").Contains($" {folder} fuse.sshfs ", StringComparison.Ordinal), TextStages.Long) && !mount._process.HasExited)
                return mount;
            mount.Dispose();
            return null;
        }

        public void Dispose()
        {
            using (var unmount = HostProgram.Start(Needed[2], "/", ["-u", "-z", _folder]))
                unmount.WaitForExit();
            if (!_process.WaitForExit(TextStages.Long))
                _process.Kill(entireProcessTree: true);
            _process.Dispose();
        }
    }
}
