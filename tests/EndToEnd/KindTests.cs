using System.Text.Json;

namespace Slipway.EndToEnd.Tests;

/// <summary>Kinds of backgrounds are tags, and tags have signs that files cannot have in their names.</summary>
public sealed class KindTests(FinishedWorkspace finished) : IDisposable
{
    private readonly Workspace _workspace = finished.Copy();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Pictures_of_any_tag_lie_in_the_folder_of_their_version()
    {
        var tags = new[] { "tokyo_(city)", "fate/stay_night", "../../../../outside", "a\nb", "..", new string('x', 300), "海" };
        _workspace.Edit(("evaluation.prompts", $"{{ {string.Join(", ", tags.Select(tag => $"{JsonSerializer.Serialize(tag)}: beach"))} }}"), ("versions.v01.sample_every_n_steps", "2"));

        await _workspace.RunAsync();

        Assert.DoesNotContain(Path.Combine(Path.GetDirectoryName(_workspace.Root)!, "outside_11.png"), Directory.GetFileSystemEntries(Path.GetDirectoryName(_workspace.Root)!));
        var names = Directory.GetFiles(_workspace["artifacts/samples/v01"]).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal).ToArray();
        Assert.All(names[..2], name => Assert.Matches("^%~[0-9a-f]{32}_11.png$", name));
        Assert.Equal(["a%0Ab_11.png", "fate%2Fstay_night_11.png", "tokyo_(city)_11.png"], names[2..5]);
        Assert.Equal("海_11.png", names[6]);
        Assert.InRange(names[5].Length, 100, 130);
        Assert.Equal(names.Select(name => $"000002_{name}"), Directory.GetFiles(_workspace["artifacts/logs/v01/samples"], "000002_*").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        using var figures = JsonDocument.Parse(File.ReadAllText(_workspace["artifacts/evaluation.json"]));
        Assert.Equal(tags.Order(StringComparer.Ordinal), figures.RootElement.GetProperty("backgrounds").EnumerateObject().Select(kind => kind.Name).Order(StringComparer.Ordinal));
    }
}
