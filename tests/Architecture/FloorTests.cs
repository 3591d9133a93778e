using System.Text.RegularExpressions;
using Slipway.Testing;
using Xunit;

namespace Slipway.Architecture.Tests;

public sealed partial class FloorTests
{
    private static readonly IReadOnlyDictionary<string, IReadOnlyCollection<Arrow>> Arrows = Directory
        .GetFiles(AppContext.BaseDirectory, "*.dll").Where(file => IsOurs(Path.GetFileName(file)))
        .ToDictionary(file => Path.GetFileNameWithoutExtension(file), AssemblyArrows.Read, StringComparer.Ordinal);

    [Fact]
    public void No_folder_of_a_project_is_in_a_cycle_with_another()
    {
        var problems = Arrows.Values.SelectMany(arrows => Cycles.Find([.. arrows.Select(arrow => (arrow.From.Namespace, arrow.To.Namespace)).Distinct()]).Select(cycle =>
            $"{string.Join(", ", cycle)} use one another:\n    {string.Join("\n    ", arrows.Where(arrow => arrow.From.Namespace != arrow.To.Namespace && cycle.Contains(arrow.From.Namespace) && cycle.Contains(arrow.To.Namespace)).Take(40))}"));
        RequireNone([.. problems]);
    }

    [Fact]
    public void Arrows_go_down_only()
    {
        var arrows = Arrows.Values.SelectMany(some => some).ToList();
        var problems = Floors.Order.SelectMany(floors =>
        {
            int Floor(string room) => Array.IndexOf(floors.Value, room.Length == floors.Key.Length ? "" : room[(floors.Key.Length + 1)..]);
            return arrows
                .Where(arrow => IsOf(floors.Key, arrow.From.Namespace) && IsOf(floors.Key, arrow.To.Namespace))
                .Where(arrow => Floor(arrow.From.Namespace) < 0 || Floor(arrow.To.Namespace) < 0 || Floor(arrow.From.Namespace) > Floor(arrow.To.Namespace))
                .Select(arrow => Floor(arrow.From.Namespace) < 0 || Floor(arrow.To.Namespace) < 0 ? $"{arrow}, and one of the two has no floor in {nameof(Floors)}.{nameof(Floors.Order)}" : $"{arrow}, which is above it");
        });
        var strangers = arrows.Select(arrow => arrow.From.Namespace).Distinct(StringComparer.Ordinal).Where(room => !Floors.Order.Keys.Any(project => IsOf(project, room)))
            .Select(room => $"{room} is of no project that has floors in {nameof(Floors)}.{nameof(Floors.Order)}");
        RequireNone([.. problems, .. strangers]);
    }

    [Fact]
    public void A_files_namespace_is_its_folder()
    {
        var problems = new List<string>();
        foreach (var project in Directory.GetFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories).Where(IsSource))
        {
            var (root, text) = (Path.GetDirectoryName(project)!, File.ReadAllText(project));
            var name = RootNamespace().Match(text) is { Success: true } match ? match.Groups["name"].Value : $"Slipway.{Path.GetFileNameWithoutExtension(project)}";
            foreach (var file in Directory.GetFiles(root, "*.cs", SearchOption.AllDirectories).Where(IsSource))
            {
                var folder = Path.GetDirectoryName(Path.GetRelativePath(root, file))!.Replace(Path.DirectorySeparatorChar, '.');
                var expected = folder.Length == 0 ? name : $"{name}.{folder}";
                // The host's stand-in for Cake.Frosting has the package's namespace.
                if (Namespace().Match(File.ReadAllText(file)) is { Success: true } found && found.Groups["name"].Value != expected && found.Groups["name"].Value != "Cake.Frosting")
                    problems.Add($"{Path.GetRelativePath(Repository.Root, file)}: expected namespace {expected}, found {found.Groups["name"].Value}");
            }
        }
        RequireNone(problems);
    }

    [Fact]
    public void The_engine_knows_no_tensor_no_picture_no_tagger_and_no_plan()
    {
        var references = AssemblyArrows.References(Path.Combine(AppContext.BaseDirectory, "Slipway.Engine.dll"));
        Assert.Contains("System.Runtime", references);
        Assert.DoesNotContain(references, reference => !reference.StartsWith("System.", StringComparison.Ordinal) && !reference.StartsWith("Microsoft.Win32.", StringComparison.Ordinal));
    }

    [Fact]
    public void What_the_build_loads_depends_on_nothing_of_ours() =>
        Assert.DoesNotContain(AssemblyArrows.References(Path.Combine(AppContext.BaseDirectory, "Slipway.Native.dll")), IsOurs);

    private static void RequireNone(IReadOnlyCollection<string> problems) => Assert.True(problems.Count == 0, string.Join('\n', problems));

    private static bool IsOf(string project, string room) => room == project || room.StartsWith(project + ".", StringComparison.Ordinal);

    private static bool IsOurs(string name) =>
        name.StartsWith("slipway.", StringComparison.OrdinalIgnoreCase) && !name.Contains("Tests", StringComparison.Ordinal) && !name.StartsWith("Slipway.Testing", StringComparison.Ordinal);

    private static bool IsSource(string path) =>
        !Path.GetRelativePath(Repository.Root, path).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "artifacts" || part.StartsWith('.'));

    [GeneratedRegex("<RootNamespace>(?<name>[^<]+)</RootNamespace>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RootNamespace();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+)", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Namespace();
}
