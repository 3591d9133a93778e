using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cake.Frosting;
using Slipway.Build.Context;

namespace Slipway.Build.Tasks;

/// <summary>Makes a folder that runs without sources, on machines of this system that have only the .NET runtime.</summary>
[TaskName("Pack")]
[TaskDescription("Makes a folder (--out) that runs without sources and SDK.")]
public sealed class PackTask : SlipwayTask
{
    /// <summary>What goes with the host: the embedded models, the plan, and what a starter plan refers to.</summary>
    private static readonly string[] Carried = ["datasets", "docs/lora.pipeline.schema.json", "lora.pipeline.yaml", "README.md", "CHANGELOG.md", "LICENSE"];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static readonly string[] Scripts = ["build.sh", "build.ps1"];

    /// <summary>The options that are read here.</summary>
    internal static IReadOnlyList<string> OptionNames { get; } = ["out"];

    /// <inheritdoc/>
    protected override async Task WorkAsync(BuildContext context)
    {
        if (context.Option("out") is not { Length: > 0 } named)
            throw new ArgumentException("--target=Pack needs --out=FOLDER.");
        var folder = Path.GetFullPath(named, context.Folder);
        if (Path.Exists(folder))
            throw new ArgumentException($"'{named}' is there already; name a folder that is not.");

        var clone = Clone.OfSources("Pack");
        var published = Path.Combine(clone, "build", "bin", "pack");
        var made = folder + ".part";
        try
        {
            Delete(published);
            context.Progress.Line("Building the host for machines without the SDK ...");
            await PublishAsync(clone, context);
            Delete(made);
            Copy(published, Path.Combine(made, "host"));
            TakeAnyPatch(Path.Combine(made, "host", "slipway.runtimeconfig.json"));
            foreach (var path in Carried)
                Copy(Path.Combine(clone, path), Path.Combine(made, path));
            foreach (var script in Scripts)
                Copy(Path.Combine(clone, "build", "Packing", script), Path.Combine(made, script));
            Directory.Move(made, folder);
        }
        finally
        {
            Delete(published);
            Delete(made);
        }

        var bytes = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        context.Progress.Line($"{named}: {bytes / (1 << 20)} MiB for {System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier}; build.sh in it is called as a clone's, and needs the .NET 10 runtime alone.");
    }

    /// <summary>The SDK asks for the patch of the framework that it knows; another machine may have an earlier one.</summary>
    private static void TakeAnyPatch(string path)
    {
        var config = JsonNode.Parse(File.ReadAllText(path))!;
        var framework = config["runtimeOptions"]!["framework"]!;
        var version = Version.Parse((string)framework["version"]!);
        framework["version"] = $"{version.Major}.{version.Minor}.0";
        File.WriteAllText(path, config.ToJsonString(Indented));
    }

    private static async Task PublishAsync(string clone, BuildContext context)
    {
        var start = new ProcessStartInfo("dotnet", ["publish", "build/Build.csproj", "-c", "Published", "-p:Packed=true", "-p:PublishDir=bin/pack/", "-v", "quiet", "--nologo"])
        {
            WorkingDirectory = clone, RedirectStandardOutput = true, UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        try
        {
            var said = await process.StandardOutput.ReadToEndAsync(context.Cancel);
            await process.WaitForExitAsync(context.Cancel);
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"The host does not build:\n{said.Trim()}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        if (File.Exists(from))
        {
            File.Copy(from, to);
            return;
        }

        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
