using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Slipway.EveryKind.Tests;

/// <summary>The files that a program and what it starts open, as strace tells them.</summary>
internal static partial class OpenedFiles
{
    // `?`: not every architecture has it.
    private const string Calls = "?open,?creat,openat,?openat2,?getdents,getdents64,execve";

    // Without debuggers' pipes, and without the descriptions of a terminal.
    private static readonly string[] Quiet = ["-E", "DOTNET_EnableDiagnostics=0", "-E", "TERM"];

    /// <summary>What every program opens, and what belongs to the .NET runtime and to the host's folder.</summary>
    private static readonly string[] Known =
    [
        "/proc/", "/sys/", "/dev/", "/usr/lib/", "/lib/", "/lib64/", "/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/ssl/openssl.cnf",
        "/usr/share/", // Skia opens the fonts of the system, and what is linked there, at its first drawing; labels are written in the one that is shipped
        Path.GetDirectoryName(HostProgram.Path) + Path.DirectorySeparatorChar,
        Path.GetFullPath("../../../", RuntimeEnvironment.GetRuntimeDirectory()),
    ];

    /// <summary>
    /// Runs a program and gives the full paths of all files that it opened and, with <c>/</c> at their end, of all folders that it listed,
    /// each once, but for its own files and the system's libraries.
    /// </summary>
    /// <param name="folder">Takes strace's output, and is where the program runs.</param>
    /// <param name="program">The program and its arguments.</param>
    public static async Task<IReadOnlyList<string>> OfAsync(string folder, params string[] program)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "strace is a program of Linux.");
        var trace = Path.Combine(folder, "strace.out");
        var result = await RunAsync(folder, ["-f", "-qq", "-y", "-s", "4096", .. Quiet, "-e", $"trace={Calls}", "-o", trace, .. program]);
        Assert.SkipWhen(result.Error.Contains("PTRACE", StringComparison.OrdinalIgnoreCase), $"strace may not watch here: {result.Error.Trim()}");
        Assert.Equal((0, ""), (result.Code, result.Error));
        var opened = File.ReadLines(trace).Where(line => !line.Contains("O_DIRECTORY", StringComparison.Ordinal)).Select(line => Opened().Match(line)).Where(match => match.Success)
            .Select(match => match.Groups["folder"].Success ? $"{match.Groups["folder"].Value}/" : match.Groups["path"].Value);
        return [.. opened.Distinct().Where(path => !Known.Any(known => path.StartsWith(known, StringComparison.Ordinal))).Order(StringComparer.Ordinal)];
    }

    private static async Task<HostResult> RunAsync(string folder, IEnumerable<string> arguments)
    {
        try
        {
            return await HostProgram.ResultAsync(HostProgram.Start("strace", folder, arguments));
        }
        catch (Win32Exception)
        {
            Assert.Skip("There is no strace here (Debian's package strace), which tells what a program opens.");
            throw;
        }
    }

    /// <summary>
    /// A call that has given a file, whole or as the end of one that others interrupted; one that lists a folder; or another program that is
    /// started.
    /// </summary>
    [GeneratedRegex("""(open|openat|openat2|creat)(\(| resumed>).* = \d+<(?<path>/.*)>$|getdents(64)?\(\d+<(?<folder>[^>]+)>|execve\("(?<path>[^"]+)".* = 0$""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Opened();
}
