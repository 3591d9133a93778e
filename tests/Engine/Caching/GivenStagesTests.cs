using Slipway.Engine.Caching;

namespace Slipway.Engine.Tests.Caching;

public sealed class GivenStagesTests : IDisposable
{
    private const string There = "https://cache.example.org/slipway";
    private static readonly ContentHash Old = ContentHash.Of("old");
    private static readonly ContentHash New = ContentHash.Of("new");
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];
    private readonly Clock _clock = new();
    private readonly GivenStages _given;

    public GivenStagesTests() => _given = new GivenStages(_folder.Path, _warnings.Add, _clock);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_a_server_has_is_known_of_that_server()
    {
        _given.Add(There, [Old]);
        _given.Add(There, [New]);

        Assert.Equal([Old, New], _given.Of(There).OrderBy(key => key == New));
        Assert.Empty(_given.Of("https://other.example.org"));
    }

    [Fact]
    public void After_a_week_it_is_asked_again()
    {
        _given.Add(There, [Old]);
        _clock.Days = 3;
        _given.Add(There, [New]);
        _clock.Days = 6;
        Assert.Equal(2, _given.Of(There).Count);

        _clock.Days = 7;

        Assert.Equal([New], _given.Of(There));
    }

    [Fact]
    public void A_clock_that_was_set_back_makes_nothing_known_for_ever()
    {
        _clock.Days = 400;
        _given.Add(There, [Old]);
        _clock.Days = 0;

        Assert.Empty(_given.Of(There));
    }

    [Fact]
    public void Of_more_than_ten_thousand_stages_the_latest_are_known()
    {
        _given.Add(There, [Old]);
        _clock.Days = 1;
        _given.Add(There, Enumerable.Range(0, 9_999).Select(i => ContentHash.Of($"{i}")));
        Assert.Contains(Old, _given.Of(There));

        _given.Add(There, [New]);

        Assert.Equal((10_000, false, true), (_given.Of(There).Count, _given.Of(There).Contains(Old), _given.Of(There).Contains(New)));
    }

    [Fact]
    public void Damaged_lists_are_told_in_the_order_of_their_names()
    {
        string[] names = [$"{New}", $"{Old}", "0"];
        foreach (var name in names)
            _folder.Write($"given/{name}", "rubbish");

        Assert.Equal(names.Order(StringComparer.Ordinal), _given.RemoveDamaged().Select(list => list.Name));
    }

    [Fact]
    public void A_damaged_list_is_told_and_begins_anew()
    {
        _given.Add(There, [Old]);
        var file = Assert.Single(Directory.GetFiles(_folder["given"]));
        File.WriteAllText(file, File.ReadAllText(file).Replace(Old.ToString()[..4], "0000", StringComparison.Ordinal));

        Assert.Empty(_given.Of(There));
        Assert.Equal([$"The list of what {There} has is damaged (it has other bytes than were written); it is asked again."], _warnings);
        Assert.Equal("has other bytes than were written", Assert.Single(_given.RemoveDamaged()).Flaw.Text);
        Assert.Empty(Directory.GetFiles(_folder["given"]));
    }

    private sealed class Clock : TimeProvider
    {
        public int Days { get; set; }

        public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 11, 29, 12, 0, 0, TimeSpan.Zero).AddDays(Days);
    }
}
