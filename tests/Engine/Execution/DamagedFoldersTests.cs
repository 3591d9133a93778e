namespace Slipway.Engine.Tests.Execution;

/// <summary>Whatever lies where a folder of the cache's belongs, a run makes what it has to make and ends well.</summary>
public sealed class DamagedFoldersTests : IDisposable
{
    private readonly Yard _yard = new Yard().With("a", "b");

    public static TheoryData<string, string> Damages => new MatrixTheoryData<string, string>(
        ["ac", "cas", "checkpoints", "history", "jobs", "kept", "laid-out", "locks", "tmp", "work", "work/Paint"], ["file", "link to nowhere", "link to a file"]);

    public void Dispose() => _yard.Dispose();

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task What_lies_in_the_way_is_put_aside(string folder, string damage)
    {
        await _yard.RunAsync();
        Damage(_yard[$".slipway/{folder}"], damage);
        _yard.Color = "blue";

        var (paint, frame) = await _yard.RunAsync();

        Assert.Equal((2, 0), (paint.Run, frame.Items.Count(item => item.IsPending)));
        Assert.Equal("mine", _yard.Read("mine.txt"));
        Assert.Equal("[PICTURE A]", _yard.Read("artifacts/frame/a.txt"));
        await _yard.RunAsync();
        Assert.Empty(_yard.Ran);
    }

    private void Damage(string path, string how)
    {
        _yard.Write("mine.txt", "mine");
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        if (how == "file")
            File.WriteAllText(path, "mine");
        else
            File.CreateSymbolicLink(path, _yard[how == "link to a file" ? "mine.txt" : "nowhere"]);
    }
}
