using Slipway.Testing;

namespace Slipway.Benchmarks.Startup;

/// <summary>
/// Looks which methods the published host has to compile while it does nothing: calls in this clone whose results are all there. What it finds of generic types
/// belongs into <c>src/Startup/instantiations.txt</c>, which is written anew where that is asked for.
/// </summary>
internal static class StartupList
{
    private const string Assembly = "Slipway.Startup.dll";
    private static readonly string[][] Calls = [["--target=Train"], ["--target=Evaluate"], ["--target=Status"], ["--target=Graph"], ["--target=Preflight"]];

    private static string File => Path.Combine(Repository.Root, "src", "Startup", "instantiations.txt");

    /// <summary>Traces the calls, says what they compiled, and writes the list.</summary>
    /// <param name="write">Whether to write it.</param>
    public static void Run(bool write)
    {
        var host = Path.Combine(Repository.Root, "build", "bin", "host");
        if (!System.IO.File.Exists(Path.Combine(host, Assembly)))
            throw new FileNotFoundException($"There is no host in '{host}': call ./build.sh once, which also makes the results that the calls look at.");
        Say("with the list", Trace(host));
        using var folder = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(host))
        {
            // What is compiled ahead because of the list is left out; native libraries are large.
            if (Path.GetExtension(file) == ".so" || Path.GetFileName(file).Contains(".so.", StringComparison.Ordinal))
                System.IO.File.CreateSymbolicLink(folder[Path.GetFileName(file)], file);
            else
                System.IO.File.Copy(file, folder[Path.GetFileName(file)]);
        }

        System.IO.File.Copy(Path.Combine(Repository.Root, "src", "Startup", "bin", "Published", "net10.0", Assembly), folder[Assembly], overwrite: true);
        var found = Trace(folder.Path);
        Say("without it", found);
        var lines = found.Where(method => method.IsGeneric).GroupBy(method => method.Type, StringComparer.Ordinal).OrderBy(type => type.Key, StringComparer.Ordinal)
            .Select(type => $"{type.Key} {string.Join(' ', type.Select(method => method.Method).Order(StringComparer.Ordinal))}").ToList();
        if (write)
            System.IO.File.WriteAllLines(File, lines);
        Console.WriteLine($"{lines.Count} types; {(write ? $"written to {File}" : "`startup --write` writes them")}.");
    }

    private static void Say(string what, IReadOnlyCollection<(string Type, string Method, bool IsGeneric)> methods) =>
        Console.WriteLine($"{what}: {methods.Count} methods compiled in {Calls.Length} calls, {methods.Count(method => method.IsGeneric)} of them generic or of generic types");

    private static HashSet<(string Type, string Method, bool IsGeneric)> Trace(string host)
    {
        var found = new HashSet<(string, string, bool)>();
        using var folder = new TemporaryFolder();
        foreach (var call in Calls)
        {
            var ran = HostProgram.ResultAsync(HostProgram.Start(
                "env",
                Repository.Root,
                [$"SLIPWAY_CLONE={Repository.Root}", "DOTNET_EnableEventPipe=1", $"DOTNET_EventPipeConfig={CompiledMethods.Providers}", $"DOTNET_EventPipeOutputPath={folder["trace.nettrace"]}", "dotnet", Path.Combine(host, "slipway.dll"), .. call])).GetAwaiter().GetResult();
            if (ran.Code != 0)
                throw new InvalidOperationException($"{string.Join(' ', call)} ended with exit code {ran.Code}: make the results first, by ./build.sh.");
            found.UnionWith(CompiledMethods.Read(folder["trace.nettrace"]));
        }

        return found;
    }
}
