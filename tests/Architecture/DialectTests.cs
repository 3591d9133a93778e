using System.Text.RegularExpressions;
using Slipway.Testing;
using Xunit;

namespace Slipway.Architecture.Tests;

/// <summary>What the compiler's rules of style do not hold; see .editorconfig for those that they do.</summary>
public sealed partial class DialectTests
{
    private static readonly string[] Rooms = ["build", "pipeline", "src"];

    private static readonly IReadOnlyList<(string Name, string Text)> Files =
    [
        .. from room in Rooms
           let folder = Path.Combine(Repository.Root, room)
           from file in Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories)
           let name = Path.GetRelativePath(Repository.Root, file).Replace('\\', '/')
           where !name.Contains("/obj/", StringComparison.Ordinal) && !name.Contains("/bin/", StringComparison.Ordinal)
           select (name, File.ReadAllText(file).ReplaceLineEndings("\n")),
    ];

    [Fact]
    public void An_arrow_ends_a_line_and_begins_none() => RequireNone(LeadingArrow());

    /// <summary>With an else behind or before it, a branch has braces where another branch needs them.</summary>
    [Fact]
    public void One_statement_on_a_line_has_no_braces() => RequireNone(LonelyStatement());

    /// <summary>On a machine that is stopped for a moment, or has more to do than it can, a limit of a second makes an error of any pattern. What could take long has no backtracking instead.</summary>
    [Fact]
    public void No_pattern_has_a_limit_of_time() => Assert.Equal([], Files.Where(file => Limited().IsMatch(file.Text)).Select(file => file.Name));

    /// <summary>Where a disk fails under a mapping the system ends the process (SIGBUS), and .NET lets nobody catch it: what is read and written says so instead.</summary>
    [Fact]
    public void No_file_is_mapped_into_memory() => Assert.Equal([], Files.Where(file => file.Text.Contains("MemoryMapped", StringComparison.Ordinal)).Select(file => file.Name));

    private static void RequireNone(Regex slip)
    {
        Assert.True(Files.Count > 100, $"{Files.Count} files were found.");
        Assert.Equal([], Files.SelectMany(file => slip.Matches(file.Text).Select(match => $"{file.Name}:{file.Text.AsSpan(0, match.Index).Count('\n') + 2}")));
    }

    [GeneratedRegex(@"RegexOptions\.[A-Za-z |.\n]*,\s*(matchTimeoutMilliseconds: )?([0-9]|TimeSpan\.)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex Limited();

    [GeneratedRegex(@"\n +=> ", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex LeadingArrow();

    [GeneratedRegex(@"\n(?<indent> +)(if|while|for|foreach|using|lock) \([^\n]*\)\n\k<indent>\{\n\k<indent>    (?!(var|using|const) )[^\n]*;\n\k<indent>\}\n(?!\k<indent>else)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex LonelyStatement();
}
