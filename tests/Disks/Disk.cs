using System.Globalization;
using Slipway.EndToEnd.Tests;

namespace Slipway.Disks.Tests;

/// <summary>
/// Runs the program, by a script of the shell, on disks that do not take everything. In the script, <c>run</c> starts it
/// and keeps what it says, and <c>become_somebody</c> starts it from then on without root's rights; <c>$disk</c> is the
/// workspace.
/// </summary>
/// <param name="workspace">Its sprite, models and plan are copied to the disk.</param>
internal sealed class Disk(Workspace workspace)
{
    private const int Skipped = 77;

    /// <summary>A tmpfs of 64 MiB in a mount namespace that ends with the script.</summary>
    public Task<IReadOnlyList<HostResult>> SmallAsync(string script)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The small disk is a tmpfs of Linux.");
        string[] namespaces = Environment.IsPrivilegedProcess ? ["--mount"] : ["--user", "--map-root-user", "--mount"];
        return RunAsync("unshare", [.. namespaces, "sh"], $"mount -t tmpfs -o size=64m tmpfs \"$disk\" || skip 'No tmpfs can be mounted here.'\n{Copy}{script}");
    }

    /// <summary>A folder of the disk that the tests are on.</summary>
    public Task<IReadOnlyList<HostResult>> SameAsync(string script)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Permissions here are those of Unix.");
        return RunAsync("sh", [], Copy + script);
    }

    private static string Copy => "cp -r \"$root/datasets\" \"$root/lora.pipeline.yaml\" \"$disk\"\ncd \"$disk\"\n";

    private async Task<IReadOnlyList<HostResult>> RunAsync(string shell, string[] arguments, string script)
    {
        Directory.CreateDirectory(workspace["disk"]);
        Directory.CreateDirectory(workspace["said"]);
        var prologue =
            $$"""
            set -u
            root='{{workspace.Root}}'
            disk="$root/disk"
            program='{{HostProgram.Path}}'
            as=""
            i=0
            skip() { echo "$1" >&2; exit {{Skipped}}; }
            become_somebody() { # permissions do not bind root
                [ "$(id -u)" = 0 ] || return 0
                chown -R 65534:65534 "$root"
                as="setpriv --reuid 65534 --regid 65534 --clear-groups"
                $as test -r "$program" || skip "Another user cannot read the test program."
            }
            run() { $as dotnet "$program" "$@" >"$root/said/$i.out" 2>"$root/said/$i.err"; echo $? >"$root/said/$i.code"; i=$((i + 1)); }

            """;
        HostResult result;
        try
        {
            result = await HostProgram.ResultAsync(HostProgram.Start(shell, workspace.Root, [.. arguments, "-c", prologue + script]));
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"There is no '{shell}' here.");
            throw;
        }

        var isRefused = shell == "unshare" && !File.Exists(workspace["said/0.code"]);
        Assert.SkipWhen(result.Code == Skipped || isRefused, $"This needs a disk of its own: {result.Error.Trim()}");
        Assert.Equal("", result.Error);
        return [.. Enumerable.Range(0, Directory.GetFiles(workspace["said"], "*.code").Length).Select(Said)];
    }

    private HostResult Said(int i)
    {
        string Of(string what) => File.ReadAllText(workspace[$"said/{i}.{what}"]);
        return new HostResult(int.Parse(Of("code"), CultureInfo.InvariantCulture), Of("out"), Of("err"));
    }
}
