using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

public sealed class StageRecordsTests : IDisposable
{
    private static readonly ContentHash One = ContentHash.Of("1");
    private static readonly ContentHash Two = ContentHash.Of("2");
    private static readonly ContentHash Three = ContentHash.Of("3");
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];
    private readonly StageRecords _records;

    public StageRecordsTests() => _records = new StageRecords(_folder.Path, "plan", _warnings.Add);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_a_run_there_is_none()
    {
        Assert.Empty(_records.Runs("tiny", "Paint"));
        Assert.Empty(_records.Recent(5));
        Assert.Empty(_records.Unfinished());
        Assert.False(_records.HasEarlier("tiny", "Paint"));
    }

    [Fact]
    public void The_latest_run_comes_first_and_a_run_again_is_no_second_one()
    {
        foreach (var key in new[] { One, Two, One, One })
            _records.Add("tiny", "Paint", key, []);

        Assert.Equal([One, Two], _records.Runs("tiny", "Paint"));
    }

    [Theory]
    [InlineData(13, true)]
    [InlineData(15, false)]
    public void What_another_run_has_overtaken_is_kept_for_fourteen_days(int days, bool isKept)
    {
        _records.Begin("tiny", "Paint", [One]);
        _records.Add("tiny", "Paint", Two, [Three]);
        Assert.Equal([One], _records.Unfinished());
        var file = new Engine.Files.CheckedFile(_folder.Path, _folder["history/plan/tiny/Paint"], "history.2", "plan/tiny/Paint");
        var today = System.Text.Encoding.ASCII.GetString(file.TryRead(out _)!.Value.Span);
        file.Write(System.Text.Encoding.ASCII.GetBytes(today.Replace($"{DateTime.UtcNow:yyyy-MM-dd}", $"{DateTime.UtcNow.AddDays(-days):yyyy-MM-dd}", StringComparison.Ordinal)));

        Assert.Equal(isKept, _records.Unfinished().Contains(One));
        Assert.Empty(_warnings);
    }

    [Fact]
    public void The_same_run_again_writes_nothing()
    {
        _records.Add("tiny", "Paint", One, []);
        var path = _folder["history/plan/tiny/Paint"];
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);

        _records.Add("tiny", "Paint", One, []);

        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(path));
    }

    [Fact]
    public void Twenty_runs_are_kept()
    {
        for (var i = 0; i < 25; i++)
            _records.Add("tiny", "Paint", ContentHash.Of($"{i}"), []);

        Assert.Equal(Enumerable.Range(5, 20).Reverse().Select(i => ContentHash.Of($"{i}")), _records.Runs("tiny", "Paint"));
        Assert.Equal([ContentHash.Of("23"), ContentHash.Of("24")], _records.Recent(2));
    }

    [Fact]
    public void Plans_profiles_and_stages_have_their_own()
    {
        _records.Add("tiny", "Paint", One, []);
        _records.Add("sdxl", "Paint", Two, []);
        new StageRecords(_folder.Path, "other", _warnings.Add).Add("tiny", "Paint", Three, []);

        Assert.Equal([One], _records.Runs("tiny", "Paint"));
        Assert.Empty(_records.Runs("tiny", "Frame"));
        Assert.Equal(new[] { One, Two, Three }.ToHashSet(), _records.Recent(1).ToHashSet());
    }

    [Fact]
    public void What_a_run_has_begun_is_unfinished_until_it_is_added()
    {
        _records.Add("tiny", "Paint", One, []);
        _records.Begin("tiny", "Paint", [Two]);
        _records.Begin("tiny", "Paint", [Three]);

        Assert.Equal(new[] { Two, Three }.ToHashSet(), _records.Unfinished().ToHashSet());
        Assert.Equal([One], _records.Runs("tiny", "Paint"));
        Assert.Equal([One], _records.Recent(5));

        _records.Add("tiny", "Paint", One, [Two, Three]);
        Assert.Empty(_records.Unfinished());
        Assert.Equal([One], _records.Runs("tiny", "Paint"));
    }

    [Fact]
    public void What_another_run_has_begun_stays_unfinished_until_that_one_is_added()
    {
        _records.Begin("tiny", "Paint", [One, Two]);
        _records.Add("tiny", "Paint", Three, [Three]);
        Assert.Equal(new[] { One, Two }.ToHashSet(), _records.Unfinished().ToHashSet());

        _records.Begin("tiny", "Paint", [Two]);
        _records.Add("tiny", "Paint", Three, [Three]);
        Assert.Equal(new[] { One, Two }.ToHashSet(), _records.Unfinished().ToHashSet());

        _records.Add("tiny", "Paint", Two, [One, Two]);
        Assert.Empty(_records.Unfinished());
    }

    [Fact]
    public async Task Of_runs_at_once_none_loses_a_line()
    {
        var keys = Enumerable.Range(0, 15).Select(i => ContentHash.Of($"{i}")).ToList();

        await Parallel.ForEachAsync(keys, TestContext.Current.CancellationToken, (key, _) =>
        {
            new StageRecords(_folder.Path, "plan", _warnings.Add).Add("tiny", "Paint", key, []);
            return ValueTask.CompletedTask;
        });

        Assert.Equal(keys.ToHashSet(), _records.Runs("tiny", "Paint").ToHashSet());
    }

    [Fact]
    public void A_damaged_history_is_told_and_begins_anew()
    {
        _records.Add("tiny", "Train v01", One, []);
        File.AppendAllText(_folder["history/plan/tiny/Train%20v01"], "x");

        Assert.Empty(_records.Runs("tiny", "Train v01"));
        Assert.Equal(["The history of Train v01 is damaged (it has other bytes than were written); it begins anew, and reasons are missing until then."], _warnings);
        _records.Add("tiny", "Train v01", Two, []);
        Assert.Equal([Two], _records.Runs("tiny", "Train v01"));
    }

    [Fact]
    public void A_history_that_the_system_does_not_give_is_told_and_loses_nothing()
    {
        _records.Add("tiny", "Train v01", One, []);
        using (new FileStream(_folder["history/plan/tiny/Train%20v01"], FileMode.Open, FileAccess.Read, FileShare.None))
        {
            _records.Begin("tiny", "Train v01", [Three]);
            _records.Add("tiny", "Train v01", Two, [Three]);
            Assert.Empty(_records.Runs("tiny", "Train v01"));
            Assert.StartsWith("The history of Train v01 cannot be read: ", _warnings[0], StringComparison.Ordinal);
            foreach (var use in new Action[] { () => Assert.Empty(_records.Recent(1)), () => Assert.Empty(_records.Unfinished()) })
            {
                var message = Assert.Throws<IOException>(use).Message;
                Assert.StartsWith($"The history '{_folder["history/plan/tiny/Train%20v01"]}' cannot be read: ", message, StringComparison.Ordinal);
                Assert.EndsWith("; delete it, and it begins anew", message, StringComparison.Ordinal);
            }

            Assert.Equal("Train v01", Assert.Single(_records.RemoveDamaged()).Name);
        }

        Assert.Equal([One], _records.Runs("tiny", "Train v01"));
    }

    [Fact]
    public void An_earlier_versions_run_is_known_as_such()
    {
        _folder.Write("records/tiny/Train%20v01", "");

        Assert.True(_records.HasEarlier("tiny", "Train v01"));
        Assert.False(_records.HasEarlier("tiny", "Train v02"));
    }
}
