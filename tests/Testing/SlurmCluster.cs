using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Slipway.Testing;

/// <summary>
/// A real Slurm on this machine, in a folder of its own: one controller and two nodes, n1 and n2, with two cores and a make-believe card
/// each, and munge between them; partitions of both and of each. Its waits are short: what takes minutes on a cluster takes seconds here.
/// </summary>
public sealed class SlurmCluster : IDisposable
{
    private static readonly string[] Programs = ["slurmctld", "slurmd", "munged", "munge", "sbatch", "squeue", "scontrol", "scancel", "sinfo"];
    private readonly TemporaryFolder _folder = new();
    private readonly List<Process> _daemons = [];
    private readonly Dictionary<string, Process> _nodes = new(StringComparer.Ordinal);
    private readonly string? _before = Environment.GetEnvironmentVariable("SLURM_CONF");

    /// <summary>Starts it; this process and what it starts then talk to it.</summary>
    public SlurmCluster()
    {
        if (Lack is not null)
            return;
        Directory.CreateDirectory(_folder["state"]);
        File.WriteAllBytes(_folder["munge.key"], [.. Enumerable.Range(0, 128).Select(i => (byte)(i * 37))]);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder["munge.key"], UnixFileMode.UserRead);
        Run("munged", "--foreground", "--force", $"--key-file={_folder["munge.key"]}", $"--socket={_folder["munge.socket"]}", $"--pid-file={_folder["munge.pid"]}", $"--log-file={_folder["munge.log"]}", $"--seed-file={_folder["munge.seed"]}");
        Give("n1");
        Give("n2");
        File.WriteAllText(_folder["prolog"], $"#!/bin/sh\ncat '{_folder.Path}'/\"$SLURMD_NODENAME\"\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder["prolog"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var port = FreePorts(3);
        File.WriteAllText(_folder["slurm.conf"], Configuration(port));
        File.WriteAllText(_folder["gres.conf"], "NodeName=n1,n2 Name=gpu File=/dev/null\n");
        Environment.SetEnvironmentVariable("SLURM_CONF", _folder["slurm.conf"]);
        Until("munge does not answer", () => Call("munge", "--no-input", $"--socket={_folder["munge.socket"]}").Code == 0);
        Run("slurmctld", "-D", "-f", _folder["slurm.conf"]);
        StartNode("n1");
        StartNode("n2");
        Until("the nodes are not idle", () => Call("sinfo", "-h", "-N", "-p", "main", "-o", "%T").Output.Split('\n').Count(line => line == "idle") == 2);
    }

    /// <summary>Why there is none here; null where there is one.</summary>
    public static string? Lack { get; } = Missing();

    /// <summary>Starts a node's daemon.</summary>
    public void StartNode(string name) => _nodes[name] = Run("slurmd", "-D", "-f", _folder["slurm.conf"], "-N", name);

    /// <summary>Ends a node as a power cut does: its daemon, and all that runs there.</summary>
    public void KillNode(string name)
    {
        _nodes[name].Kill();
        _nodes[name].WaitForExit();
        // What runs there is no child of the daemon any more, and knows its node by its environment; above it is its step.
        var running = Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(text => int.TryParse(text, out _)).Select(text => int.Parse(text!, CultureInfo.InvariantCulture)).Where(id => NodeOf(id) == name).ToList();
        foreach (var id in running.Select(ParentOf).Where(IsStep).Concat(running).Distinct().ToList())
            Call("kill", "-KILL", $"{id}");
    }

    /// <summary>Gives what runs on a node variables of its own, such as <c>NAME=value</c>, and takes away what it had before.</summary>
    public void Give(string node, params IEnumerable<string> variables) => File.WriteAllLines(_folder[node], variables.Select(variable => $"export {variable}"));

    /// <summary>No job begins on a node any more.</summary>
    public static void Close(string node) => Call("scontrol", "update", $"NodeName={node}", "State=DRAIN", "Reason=closed");

    /// <summary>Jobs begin there again.</summary>
    public static void Open(string node) => Call("scontrol", "update", $"NodeName={node}", "State=RESUME");

    /// <summary>The tasks that wait, run or are about to end: state, id and node.</summary>
    public static IReadOnlyList<string> Queued() => [.. Call("squeue", "-h", "-o", "%T %A %N").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>The one task that runs.</summary>
    public static (string Id, string Node) Running() => Queued().Single(line => line.StartsWith("RUNNING", StringComparison.Ordinal)).Split(' ') is [_, var id, var node] ? (id, node) : default;

    /// <summary>What one of Slurm's commands says.</summary>
    public static (int Code, string Output) Call(string program, params IEnumerable<string> args)
    {
        var start = new ProcessStartInfo(program, args) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }

    /// <summary>Waits for something that is a matter of seconds.</summary>
    public static void Until(string problem, Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed > TimeSpan.FromSeconds(60))
                throw new TimeoutException($"After a minute {problem}.");
            Thread.Sleep(100);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Lack is null)
        {
            Call("scancel", "--user=root", "--signal=KILL", "--full");
            Call("scancel", "--user=root");
            foreach (var daemon in _daemons.AsEnumerable().Reverse())
            {
                using (daemon)
                {
                    daemon.Kill();
                    daemon.WaitForExit();
                }
            }

            Environment.SetEnvironmentVariable("SLURM_CONF", _before);
        }

        _folder.Dispose();
    }

    private Process Run(string program, params IEnumerable<string> args)
    {
        var start = new ProcessStartInfo(program, args) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _daemons.Add(process);
        return process;
    }

    private static string? NodeOf(int process) =>
        TextOf(process, "environ").Split('\0').FirstOrDefault(line => line.StartsWith("SLURMD_NODENAME=", StringComparison.Ordinal))?.Split('=')[1];

    private static bool IsStep(int process) => TextOf(process, "comm").StartsWith("slurmstepd", StringComparison.Ordinal);

    private static int ParentOf(int process) =>
        TextOf(process, "status").Split('\n').FirstOrDefault(line => line.StartsWith("PPid:", StringComparison.Ordinal)) is { } line ? int.Parse(line["PPid:".Length..], CultureInfo.InvariantCulture) : 0;

    private static string TextOf(int process, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/{file}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ""; // it has ended
        }
    }

    private static string? Missing()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
            return "Slurm's daemons are started as root on Linux.";
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        var missing = Programs.Where(program => !folders.Any(folder => File.Exists(Path.Combine(folder, program)))).ToList();
        return missing.Count == 0 ? null : $"Slurm is not installed ({string.Join(", ", missing)}): apt-get install slurm-wlm munge.";
    }

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        listeners.ForEach(listener => listener.Stop());
        return ports;
    }

    private string Configuration(int[] port)
    {
        var host = Dns.GetHostName().Split('.')[0];
        return string.Create(CultureInfo.InvariantCulture, $"""
            ClusterName=slipway
            SlurmctldHost={host}(127.0.0.1)
            SlurmctldPort={port[0]}
            SlurmUser=root
            SlurmdUser=root
            AuthType=auth/munge
            AuthInfo=socket={_folder["munge.socket"]},cred_expire=5
            CredType=cred/munge
            StateSaveLocation={_folder["state"]}
            SlurmdSpoolDir={_folder["spool"]}.%n
            SlurmctldPidFile={_folder["slurmctld.pid"]}
            SlurmdPidFile={_folder["slurmd"]}.%n.pid
            SlurmctldLogFile={_folder["slurmctld.log"]}
            SlurmdLogFile={_folder["slurmd"]}.%n.log
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            SelectType=select/cons_tres
            SelectTypeParameters=CR_CPU_Memory
            SchedulerType=sched/backfill
            SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
            JobRequeue=1
            MinJobAge=600
            KillWait=5
            MaxJobCount=5000
            ReturnToService=2
            SlurmctldTimeout=30
            SlurmdTimeout=5
            MpiDefault=none
            AccountingStorageType=accounting_storage/none
            JobAcctGatherType=jobacct_gather/linux
            JobAcctGatherFrequency=task=1
            JobAcctGatherParams=OverMemoryKill
            TaskProlog={_folder["prolog"]}
            GresTypes=gpu
            NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port={port[1]} CPUs=2 RealMemory=8000 Gres=gpu:1
            NodeName=n2 NodeHostname={host} NodeAddr=127.0.0.1 Port={port[2]} CPUs=2 RealMemory=8000 Gres=gpu:1
            PartitionName=main Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
            PartitionName=first Nodes=n1 MaxTime=INFINITE State=UP
            PartitionName=second Nodes=n2 MaxTime=INFINITE State=UP

            """);
    }
}
