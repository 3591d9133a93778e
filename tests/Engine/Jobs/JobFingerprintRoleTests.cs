using Slipway.Engine.Caching;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Tests.Jobs;

/// <summary>How the members of nested records and lists are called in a key.</summary>
public sealed class JobFingerprintRoleTests
{
    private static readonly FileRef Bill = new("in/bill.txt", "bill");

    [Fact]
    public void Inputs_in_a_list_are_known_by_their_places() =>
        Assert.Equal(["bills/0", "bills/1"], Roles(new Fleet { Bills = [Bill, new Ref("Paint/a")] }));

    [Fact]
    public void Labels_of_lists_in_lists_follow_one_another() =>
        Assert.Equal(["convoys.cargo.content/east/tea", "convoys.speed/east"], Roles(new Fleet { Convoys = [new Convoy("east", [new Crate("tea", "green")]) { Speed = 2 }] }));

    [Fact]
    public void A_list_in_an_inlined_record_is_named_as_if_it_were_the_outer_records() =>
        Assert.Equal(["content/tea", "papers/list"], Roles(new Fleet { Hold = new Hold { Cargo = [new Crate("tea", "green")], Papers = [new NamedFile("list", Bill)] } }));

    [Fact]
    public void Files_by_name_are_known_by_it() =>
        Assert.Equal(["papers/a/b.txt", "papers/c.txt"], Roles(new Fleet { Papers = [new NamedFile("a/b.txt", Bill), new NamedFile("c.txt", Bill)] }));

    [Fact]
    public void The_order_in_which_a_map_was_filled_does_not_count()
    {
        var (forth, back) = (new Dictionary<string, string>(StringComparer.Ordinal) { ["a"] = "1", ["b"] = "2" }, new Dictionary<string, string>(StringComparer.Ordinal) { ["b"] = "2", ["a"] = "1" });

        Assert.Equal("a: 1, b: 2", Entry(new Fleet { Colors = forth }, "colors").Description);
        Assert.Equal(Entry(new Fleet { Colors = forth }, "colors").Hash, Entry(new Fleet { Colors = back }, "colors").Hash);
    }

    [Theory]
    [InlineData(@"a\", ": b", "a", @"\: b")]
    [InlineData("a: b", "c", "a", "b: c")]
    [InlineData(@"a\:", "b", "a:", "b")]
    [InlineData(@"a\", "b", "a", "b")]
    [InlineData("a:b", "c", "ab", "c")]
    public void A_key_cannot_be_taken_for_another_with_another_value(string key, string value, string otherKey, string otherValue) => Assert.NotEqual(
        Entry(new Fleet { Signals = [new(key, value)] }, "signals").Hash,
        Entry(new Fleet { Signals = [new(otherKey, otherValue)] }, "signals").Hash);

    [Fact]
    public void What_is_nothing_and_what_is_all_at_its_defaults_is_called_so()
    {
        Assert.Equal("nothing", Entry(new Fleet { Motto = null }, "motto").Description);
        Assert.Equal("its defaults", Entry(new Fleet { Spare = new Hold() }, "spare").Description);
    }

    [Theory]
    [InlineData("Name", "name")]
    [InlineData("MinSnrGamma", "min_snr_gamma")]
    [InlineData("UNetLr", "unet_lr")]
    [InlineData("LR", "lr")]
    [InlineData("LRScale", "lr_scale")]
    [InlineData("ScaleLR", "scale_lr")]
    [InlineData("V2", "v2")]
    public void Names_are_written_small_with_a_line_before_each_later_word(string name, string expected) => Assert.Equal(expected, RecordShape.SnakeCase(name));

    [Fact]
    public void Values_are_written_in_one_spelling()
    {
        Assert.Equal(["false", "true", "0.30000000000000004", "-1", "glass_fibre"], new object[] { false, true, 0.1 + 0.2, -1L, Hull.GlassFibre }.Select(value => RecordShape.Text(value)!));
        Assert.Null(RecordShape.Text(1.5m));
    }

    [Fact]
    public void A_member_that_must_be_set_is_never_left_out() => Assert.Equal(["depth"], Roles(new Diver { Depth = 0 }));

    [Fact]
    public void Of_several_ways_to_make_a_record_that_with_the_most_members_counts() => Assert.Equal(["beam", "length"], Roles(new Yacht(0)).Order(StringComparer.Ordinal));

    [Fact]
    public void What_a_parameter_has_as_its_default_is_one_though_the_record_cannot_be_made_of_nothing() => Assert.Equal(["captain"], Roles(new Tug("Kun")));

    [Fact]
    public void A_record_that_cannot_be_made_of_nothing_has_no_defaults() => Assert.Equal(["captain", "speed"], Roles(new Ferry("Kun")));

    [Fact]
    public void An_input_is_an_entry_of_what_it_is()
    {
        var hash = ContentHash.Of("1");

        Assert.Equal(new FingerprintEntry(EntryKind.File, "sprite", "in/a.png", hash) { Source = "/in/a.png" }, new JobInput("in/a.png", "/in/a.png", hash).Entry("sprite"));
        Assert.Equal(FingerprintEntry.Output("sprite", "out/a.png", hash, "/out/a.png"), new JobInput("out/a.png", "/out/a.png", hash, "Paint").Entry("sprite"));
        Assert.Equal(FingerprintEntry.Pending("sprite", "Paint"), new JobInput("out/a.png", "/out/a.png", null, "Paint").Entry("sprite"));
    }

    [Fact]
    public void A_fact_is_found_in_the_groups_that_are_named()
    {
        var facts = EnvironmentFacts.None.With("air", KeyValuePair.Create("wind", "3"), KeyValuePair.Create("rain", "no")).With("water", KeyValuePair.Create("wind", "4"));

        Assert.Equal(("no", "4"), (facts.Value(["air"], "rain"), facts.Value(["water", "air"], "wind")));
        Assert.StartsWith("The environment's groups that the job names hold no `rain`.", Assert.Throws<ArgumentException>(() => facts.Value(["water"], "rain")).Message, StringComparison.Ordinal);
        Assert.Equal(["3", "no"], facts.Entries(["air", "water"]).Select(entry => entry.Description));
    }

    private static IReadOnlyList<FingerprintEntry> Entries(IJob job) =>
        [.. new JobFingerprint(input => new JobInput($"{input}", $"/{input}", ContentHash.Of($"{input}")), EnvironmentFacts.None).Entries(job).Where(entry => entry.Kind != EntryKind.Code)];

    private static IEnumerable<string> Roles(IJob job) => Entries(job).Select(entry => entry.Role).Order(StringComparer.Ordinal);

    private static FingerprintEntry Entry(IJob job, string role) => Assert.Single(Entries(job), entry => entry.Role == role);

    private enum Hull
    {
        Wood,
        GlassFibre,
    }

    private abstract record Ship : IJob
    {
        public JobKind Kind => new("Ship", 1);

        public IReadOnlyList<string> Environment => [];

        public IReadOnlyList<JobOutput> Outputs => [];

        public void Run(JobIo io) => throw new NotSupportedException();
    }

    private sealed record Fleet : Ship
    {
        public IReadOnlyList<Input> Bills { get; init; } = [];

        public IReadOnlyList<Convoy> Convoys { get; init; } = [];

        public IReadOnlyList<NamedFile> Papers { get; init; } = [];

        public IReadOnlyDictionary<string, string> Colors { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

        public IReadOnlyList<KeyValuePair<string, string>> Signals { get; init; } = [];

        public string? Motto { get; init; } = "ahoy";

        public Hold? Spare { get; init; }

        [Inline]
        public Hold Hold { get; init; } = new();
    }

    private sealed record Convoy([property: NotInKey("It is the label.")] string Name, IReadOnlyList<Crate> Cargo) : ILabelled
    {
        public int Speed { get; init; } = 1;

        public string Label => Name;
    }

    private sealed record Crate([property: NotInKey("It is the label.")] string Name, string Content) : ILabelled
    {
        public string Label => Name;
    }

    private sealed record Hold
    {
        public IReadOnlyList<Crate> Cargo { get; init; } = [];

        public IReadOnlyList<NamedFile> Papers { get; init; } = [];
    }

    private sealed record Diver : Ship
    {
        public required int Depth { get; init; }
    }

    private sealed record Yacht(int Length, int Beam) : Ship
    {
        public Yacht(int length)
            : this(length, 1)
        {
        }
    }

    private sealed record Tug(string Captain, int Decks = 1) : Ship
    {
        public string Captain { get; init; } = Captain.Trim();
    }

    private sealed record Ferry : Ship
    {
        public Ferry(string captain) => Captain = captain.Trim();

        public string Captain { get; init; }

        public int Speed { get; init; } = 1;
    }
}
