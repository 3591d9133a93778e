using Slipway.Training.Randomness;

namespace Slipway.Training.Tests.Loop;

/// <summary>A training that is killed again and again, in a real process by a real SIGKILL, ends in the bytes of one that was left alone.</summary>
[Trait("Tier", "slow")]
public sealed class KilledTrainingTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("slipway-killed-");

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>At so many steps, drawn from each optimizer's name; by turns before, within and after the writing of a checkpoint, which comes every third step.</summary>
    [Theory]
    [InlineData("AdamW", 8)]
    [InlineData("AdamW8bit", 2)]
    [InlineData("Prodigy", 4)]
    [InlineData("AdamWScheduleFree", 4)]
    public async Task A_killed_training_ends_in_the_same_bytes(string optimizer, int kills)
    {
        var alone = TrainingProcess.Alone(Subfolder("alone"), optimizer);
        var killed = Subfolder("killed");
        foreach (var (death, step) in Deaths(optimizer, kills))
            Assert.Equal(death == TrainingProcess.Death.WhileSaving ? TrainingProcess.KilledWhileSaving : TrainingProcess.Killed, await TrainingProcess.RunAsync(killed, optimizer, death, step));
        Assert.Equal(0, await TrainingProcess.RunAsync(killed, optimizer));
        Assert.Equal(alone, TrainingProcess.Result(killed));
    }

    [Fact]
    public async Task Fresh_processes_train_the_same_bytes()
    {
        string[] folders = [Subfolder("first"), Subfolder("second")];
        var codes = await Task.WhenAll(folders.Select(folder => TrainingProcess.RunAsync(folder, "AdamW")));
        Assert.Equal([0, 0], codes);
        Assert.Equal(TrainingProcess.Result(folders[0]), TrainingProcess.Result(folders[1]));
    }

    private static IReadOnlyList<(TrainingProcess.Death Death, int Step)> Deaths(string optimizer, int kills)
    {
        TrainingProcess.Death[] deaths = [TrainingProcess.Death.BeforeSaving, TrainingProcess.Death.WhileSaving, TrainingProcess.Death.AfterSaving];
        int[] steps = [.. Enumerable.Range(1, TrainingProcess.Steps - 4)];
        new SeedStream(1, optimizer).Shuffle(steps.AsSpan());
        return [.. steps.Take(kills).Order().Select((step, i) => (deaths[i % 3], step))];
    }

    private string Subfolder(string name) => _folder.CreateSubdirectory(name).FullName;
}
