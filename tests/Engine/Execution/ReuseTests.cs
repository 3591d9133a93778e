namespace Slipway.Engine.Tests.Execution;

public sealed class ReuseTests : IDisposable
{
    private readonly Yard _yard = new Yard().With("a", "b", "c");

    public void Dispose() => _yard.Dispose();

    [Fact]
    public async Task The_first_run_does_everything_and_lays_the_outputs_out()
    {
        var (paint, frame) = await _yard.RunAsync();

        Assert.Equal(["Paint a", "Paint b", "Paint c", "Frame a", "Frame b", "Frame c"], _yard.Ran);
        Assert.Equal("PICTURE A", _yard.Read("artifacts/paint/a.txt"));
        Assert.Equal("[PICTURE C]", _yard.Read("artifacts/frame/c.txt"));
        Assert.Equal((3, 0), (paint.Run, paint.Reused));
        Assert.Equal(["3 items (a, b, c): has not run before"], frame.Reasons);
    }

    [Fact]
    public async Task The_second_run_does_nothing()
    {
        var first = await _yard.RunAsync();

        var second = await _yard.RunAsync();

        Assert.Empty(_yard.Ran);
        Assert.Equal((0, 3), (second.Frame.Run, second.Frame.Reused));
        Assert.Equal(first.Frame.OutputsHash, second.Frame.OutputsHash);
        Assert.Empty(second.Frame.Reasons);
    }

    [Fact]
    public async Task A_second_run_finds_all_in_the_manifest_without_the_items_own_records()
    {
        var (paint, frame) = await _yard.RunAsync();
        foreach (var record in Directory.GetFiles(Path.Combine(_yard.Cache, "ac"), "*", SearchOption.AllDirectories))
        {
            if (Path.GetFileName(record) != paint.Fingerprint.ToString() && Path.GetFileName(record) != frame.Fingerprint.ToString())
                File.Delete(record);
        }

        await _yard.RunAsync();

        Assert.Empty(_yard.Ran);
    }

    [Fact]
    public async Task A_second_run_writes_no_record_again()
    {
        await _yard.RunAsync();
        var records = Directory.GetFiles(Path.Combine(_yard.Cache, "ac"), "*", SearchOption.AllDirectories);
        Assert.All(records, record => File.SetLastWriteTimeUtc(record, DateTime.UnixEpoch));

        await _yard.RunAsync();

        Assert.All(records, record => Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(record)));
    }

    [Fact]
    public async Task A_changed_parameter_runs_all_items_and_early_cutoff_spares_what_comes_after()
    {
        await _yard.RunAsync();
        _yard.Color = "blue";

        var (paint, _) = await _yard.RunAsync();

        Assert.Equal(["Paint a", "Paint b", "Paint c"], _yard.Ran);
        Assert.Equal(["3 items (a, b, c): `color` red → blue"], paint.Reasons);
    }

    [Fact]
    public async Task One_more_item_costs_one_item()
    {
        await _yard.RunAsync();
        _yard.With("d");

        var (paint, _) = await _yard.RunAsync();

        Assert.Equal(["Paint d", "Frame d"], _yard.Ran);
        Assert.Equal(["1 item (d): is new"], paint.Reasons);
    }

    [Fact]
    public async Task A_changed_input_runs_its_item_and_what_depends_on_it()
    {
        await _yard.RunAsync();
        _yard.Write("in/b.txt", "repainted");

        var (paint, frame) = await _yard.RunAsync();

        Assert.Equal(["Paint b", "Frame b"], _yard.Ran);
        Assert.Equal(["1 item (b): picture changed (b.txt)"], paint.Reasons);
        Assert.Equal(["1 item (b): picture changed (b.txt)"], frame.Reasons);
    }

    [Fact]
    public async Task A_renamed_item_or_input_runs_nothing()
    {
        await _yard.RunAsync();
        _yard.Inputs.Remove("c");
        _yard.With("z");
        _yard.Write("in/z.txt", "picture c");

        await _yard.RunAsync();

        Assert.Empty(_yard.Ran);
        Assert.Equal("[PICTURE C]", _yard.Read("artifacts/frame/z.txt"));
        Assert.False(File.Exists(_yard["artifacts/frame/c.txt"]));
    }

    [Fact]
    public async Task Going_back_to_an_earlier_value_runs_nothing()
    {
        await _yard.RunAsync();
        _yard.Painter = text => text + " in blue";
        _yard.Color = "blue";
        await _yard.RunAsync();
        _yard.Color = "red";

        await _yard.RunAsync();

        Assert.Empty(_yard.Ran);
        Assert.Equal("[PICTURE A]", _yard.Read("artifacts/frame/a.txt"));
    }

    [Fact]
    public async Task A_salt_runs_everything()
    {
        await _yard.RunAsync();
        _yard.Salt = "again";

        var (paint, _) = await _yard.RunAsync();

        Assert.Equal(6, _yard.Ran.Count);
        Assert.Equal(["3 items (a, b, c): `salt` again is new"], paint.Reasons);
    }

    [Fact]
    public async Task A_new_code_version_runs_its_stage()
    {
        await _yard.RunAsync();
        _yard.CodeVersion = 2;

        var (paint, _) = await _yard.RunAsync();

        Assert.Equal(["Paint a", "Paint b", "Paint c"], _yard.Ran);
        Assert.Equal(["3 items (a, b, c): `code version` 1 → 2"], paint.Reasons);
    }

    [Fact]
    public async Task Another_profile_has_its_own_history()
    {
        await _yard.RunAsync();
        _yard.Profile = "sdxl";
        _yard.Color = "blue";

        var (paint, _) = await _yard.RunAsync();

        Assert.Equal(["3 items (a, b, c): has not run before"], paint.Reasons);
    }

    [Fact]
    public async Task Jobs_are_stored_one_after_the_other_as_they_end()
    {
        _yard.With("d", "e");

        await _yard.RunAsync();

        Assert.Equal(["Paint: 5 run, 0 reused", "Paint: 1/5", "Paint: 2/5", "Paint: 3/5", "Paint: 4/5", "Paint: 5/5", "Paint: end"], _yard.Log.Lines.Take(7));
    }

    [Fact]
    public async Task Items_with_equal_inputs_run_once()
    {
        _yard.Write("in/c.txt", "picture a");

        await _yard.RunAsync();

        Assert.Equal(["Paint a", "Paint b", "Frame a", "Frame b"], _yard.Ran);
        Assert.Equal("[PICTURE A]", _yard.Read("artifacts/frame/c.txt"));
    }
}
