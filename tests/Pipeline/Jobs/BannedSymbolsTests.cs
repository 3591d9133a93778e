using System.Reflection;
using System.Runtime.InteropServices;

namespace Slipway.Pipeline.Tests.Jobs;

/// <summary>The compiler keeps jobs to what <c>JobIo</c> gives; what it is told holds only where the names are right.</summary>
public sealed class BannedSymbolsTests
{
    private const string Folder = "pipeline/Jobs";

    [Fact]
    public void All_jobs_are_in_the_folder_that_the_compiler_watches()
    {
        Assert.Contains($"[{Folder}/**.cs]\ndotnet_diagnostic.RS0030.severity = error\n", Read(".editorconfig"), StringComparison.Ordinal);
        Assert.Contains("<AdditionalFiles Include=\"Jobs/BannedSymbols.txt\" />", Read("pipeline/Pipeline.csproj"), StringComparison.Ordinal);
        Assert.All(Samples.Classes, type => Assert.True(File.Exists(Path.Combine(Repository.Root, Folder, $"{type.Name}.cs")), $"{type.Name} is elsewhere."));
    }

    [Fact]
    public void What_is_banned_exists()
    {
        var symbols = Read($"{Folder}/BannedSymbols.txt").Split('\n').Where(line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal)).Select(line => line.Split(';')[0]).ToList();
        var types = Directory.GetFiles(RuntimeEnvironment.GetRuntimeDirectory(), "System*.dll").Select(file => Assembly.Load(Path.GetFileNameWithoutExtension(file)))
            .SelectMany(assembly => assembly.GetExportedTypes()).DistinctBy(type => type.FullName).ToDictionary(type => type.FullName!, StringComparer.Ordinal);

        Assert.True(symbols.Count > 30);
        Assert.Equal([], symbols.Where(symbol => !Exists(symbol[..1], symbol[2..])));

        bool Exists(string kind, string name)
        {
            if (kind is "T" or "N")
                return kind == "T" ? types.ContainsKey(name) : types.Values.Any(type => type.Namespace == name);
            var member = name.Split('(')[0];
            var dot = member.LastIndexOf('.');
            if (!types.TryGetValue(member[..dot], out var type))
                return false;
            var called = member[(dot + 1)..].Replace('#', '.');
            return kind == "P"
                ? type.GetProperty(called) is not null
                : type.GetMembers().OfType<MethodBase>().Any(method => method.Name == called && Parameters(method) == name[member.Length..]);
        }
    }

    private static string Parameters(MethodBase method) =>
        method.GetParameters() is { Length: > 0 } parameters ? $"({string.Join(',', parameters.Select(parameter => parameter.ParameterType.FullName))})" : "";

    private static string Read(string path) => File.ReadAllText(Path.Combine(Repository.Root, path));
}
