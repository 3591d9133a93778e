using Slipway.Engine.Caching;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Tests.Jobs;

public sealed class JobFingerprintTests
{
    private static readonly Boat Plain = new("kun", new FileRef("in/sprite.png", "sprite"));
    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _pending = [];

    [Fact]
    public void The_path_of_a_property_is_its_role()
    {
        var boat = Plain with { MaxSpeed = 2, UNetLr = 0.5, Mast = new Mast { Height = 3, Flag = new Flag { Color = "red" } }, Rig = new Rig { Jib = true } };

        Assert.Equal(
            ["code version", "jib", "kind", "mast.flag.color", "mast.height", "max_speed", "name", "sprite", "unet_lr"],
            Entries(boat).Select(entry => entry.Role).Order(StringComparer.Ordinal));
        Assert.Equal("3", Entry(boat, "mast.height").Description);
    }

    [Fact]
    public void A_default_is_left_out_and_a_changed_default_shows_through_the_code_version_alone()
    {
        Assert.Equal(["kind", "code version", "name", "sprite"], Roles(Plain));
        Assert.Equal(Roles(Plain), Roles(Plain with { MaxSpeed = 1, Mast = new Mast(), Crew = [], Cargo = [], Kinds = [Hull.Wood] }));
        Assert.Equal(KeyOf(new Early(1)), KeyOf(new Late(1)));
        Assert.NotEqual(KeyOf(new Early(1)), KeyOf(new Late(1) { Version = 2 }));
    }

    [Fact]
    public void A_nested_record_whose_members_are_all_at_their_defaults_is_not_the_same_as_none()
    {
        Assert.NotEqual(KeyOf(Plain), KeyOf(Plain with { Spare = new Mast() }));
        Assert.NotEqual(KeyOf(Plain), KeyOf(Plain with { Tall = new Mast() }));
        Assert.NotEqual(KeyOf(Plain with { Tall = new Mast { Height = 5 } }), KeyOf(Plain with { Tall = new Mast() }));
        Assert.NotEqual(KeyOf(Plain), KeyOf(Plain with { SpareRig = new Rig() }));
        Assert.NotEqual(KeyOf(Plain with { Masts = [new Mast()] }), KeyOf(Plain with { Masts = [new Mast(), new Mast()] }));
        Assert.NotEqual(KeyOf(Plain with { Cargo = [new Crate("a", "wood")] }), KeyOf(Plain with { Cargo = [new Crate("b", "wood")] }));
    }

    [Fact]
    public void A_default_is_known_by_its_value_and_not_by_the_object()
    {
        Assert.Equal(Roles(Plain), Roles(Plain with { Tall = new Mast { Height = 7, Names = [.. new[] { "main" }] } }));
        Assert.Equal(KeyOf(Plain), KeyOf(Plain with { Tall = new Mast { Height = 7, Names = [.. new[] { "main" }] } }));
    }

    [Fact]
    public void A_default_of_a_parameter_is_left_out_too()
    {
        Assert.Equal(["kind", "code version", "number"], Roles(new Early(1)));
        Assert.Contains("color", Roles(new Early(1, "blue")));
    }

    [Fact]
    public void An_input_counts_by_its_content_and_not_by_its_path()
    {
        _files["in/other.png"] = _files["in/sprite.png"] = "a kun";
        Assert.Equal(KeyOf(Plain), KeyOf(Plain with { Sprite = new FileRef("in/other.png", "what else") }));

        _files["in/other.png"] = "another kun";
        Assert.NotEqual(KeyOf(Plain), KeyOf(Plain with { Sprite = new FileRef("in/other.png") }));
    }

    [Fact]
    public void An_output_counts_by_its_content_as_well()
    {
        _files["Paint/a/image"] = _files["Draw/b/image"] = "the same";
        Assert.Equal(KeyOf(Plain with { Sprite = new Ref("Paint/a") }), KeyOf(Plain with { Sprite = new Ref("Draw/b") }));
        Assert.Equal(EntryKind.Output, Entry(Plain with { Sprite = new Ref("Paint/a") }, "sprite").Kind);
    }

    [Fact]
    public void An_input_that_has_yet_to_be_made_is_pending()
    {
        _pending.Add("Paint/a/image");

        var entry = Entry(Plain with { Sprite = new Ref("Paint/a") }, "sprite");

        Assert.Null(entry.Hash);
        Assert.Equal("Paint", entry.Description);
    }

    [Fact]
    public void Nothing_is_not_a_word()
    {
        Assert.NotEqual(KeyOf(Plain with { Motto = null }), KeyOf(Plain with { Motto = "null" }));
        Assert.NotEqual(KeyOf(Plain with { Motto = null }), KeyOf(Plain with { Motto = "nothing" }));
        Assert.NotEqual(KeyOf(Plain with { Motto = null }), KeyOf(Plain));
    }

    [Fact]
    public void The_order_of_a_list_counts()
    {
        Assert.NotEqual(KeyOf(Plain with { Crew = ["a", "b"] }), KeyOf(Plain with { Crew = ["b", "a"] }));
        Assert.NotEqual(KeyOf(Plain with { Crew = ["a", "b"] }), KeyOf(Plain with { Crew = ["a, b"] }));
        Assert.NotEqual(KeyOf(Plain with { Masts = [new Mast { Height = 2 }, new Mast()] }), KeyOf(Plain with { Masts = [new Mast(), new Mast { Height = 2 }] }));
    }

    [Fact]
    public void Elements_with_a_label_are_known_by_it_and_their_order_counts()
    {
        var (a, b) = (new Crate("a", "tea"), new Crate("b", "salt"));

        Assert.Equal(["cargo.content/a", "cargo.content/b"], Roles(Plain with { Cargo = [a, b] }).Where(role => role.StartsWith("cargo", StringComparison.Ordinal)));
        Assert.NotEqual(KeyOf(Plain with { Cargo = [a, b] }), KeyOf(Plain with { Cargo = [b, a] }));
        Assert.NotEqual(KeyOf(Plain with { Cargo = [new Crate("c"), b, a] }), KeyOf(Plain with { Cargo = [b, new Crate("c"), a] }));
        Assert.NotEqual(KeyOf(Plain with { Cargo = [a, b] }), KeyOf(Plain with { Cargo = [new Crate("a", "salt"), new Crate("b", "tea")] }));
    }

    [Fact]
    public void A_pair_is_not_taken_for_another_with_the_same_letters() =>
        Assert.NotEqual(KeyOf(Plain with { Signals = Pairs(("a: b", "c")) }), KeyOf(Plain with { Signals = Pairs(("a", "b: c")) }));

    [Fact]
    public void Members_that_are_declared_not_to_count_do_not() => Assert.Equal(KeyOf(Plain), KeyOf(Plain with { Note = "whatever" }));

    [Fact]
    public void The_salt_and_the_facts_of_the_groups_that_a_job_names_count()
    {
        var facts = EnvironmentFacts.None.With("water", KeyValuePair.Create("salt_water", "yes")).With("air", KeyValuePair.Create("wind", "3"));

        Assert.Equal(EntryKind.Environment, Assert.Single(new JobFingerprint(Find, facts).Entries(Plain with { Groups = ["water"] }), entry => entry.Role == "salt_water").Kind);
        Assert.DoesNotContain(new JobFingerprint(Find, facts).Entries(Plain with { Groups = ["water"] }), entry => entry.Role == "wind");
        Assert.NotEqual(KeyOf(Plain), new Fingerprint(new JobFingerprint(Find, EnvironmentFacts.None, "again").Entries(Plain)).Key);
        Assert.StartsWith("There is no group of facts `fire` about the environment.", Assert.Throws<ArgumentException>(() => new JobFingerprint(Find, facts).Entries(Plain with { Groups = ["fire"] })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Unfit))]
    public void A_member_that_a_key_cannot_hold_is_named(object job, string member) =>
        Assert.Contains(member, Assert.Throws<NotSupportedException>(() => Entries((IJob)job)).Message, StringComparison.Ordinal);

    public static TheoryData<object, string> Unfit => new()
    {
        { new Dated(DateTime.UnixEpoch), "Dated.Date is of the type DateTime, which a key cannot hold" },
        { new Called(() => 1), "Called.Call is of the type Func`1" },
        { new Nested([new Inner(1m)]), "Inner.Money is of the type Decimal" },
        { new Squared([[1]]), "Squared.Rows is of the type" },
        { new Priced([1]), "Priced.Prices is of the type Decimal" },
        { new Vague(new Tight()), "Vague.Thing is of the type Loose" },
    };

    [Fact]
    public void All_inputs_of_a_record_are_found_however_deep_each_once()
    {
        var (a, b) = (new FileRef("a"), new Ref("Paint/b"));

        Assert.Equal(
            [new FileRef("in/sprite.png", "sprite"), a, b],
            JobFingerprint.InputsOf(Plain with { Cargo = [new Crate("x", "tea") { Bill = a }, new Crate("y", "tea") { Bill = b }, new Crate("z", "tea") { Bill = a }] }));
    }

    [Fact]
    public void Records_that_are_shared_are_gone_through_again_as_long_as_something_of_them_is_pending()
    {
        var shared = Held();
        var fingerprint = new JobFingerprint(Find, EnvironmentFacts.None);
        _pending.Add("Paint/a/image");
        Assert.Null(EntryOf(new Barge(1, shared)).Hash);
        _pending.Clear();
        _files["Paint/a/image"] = "first";
        Assert.Equal(ContentHash.Of("first"), EntryOf(new Barge(2, shared)).Hash);

        // From now on it is known, and an equal record that is not the same is gone through by itself.
        _files["Paint/a/image"] = "second";
        Assert.Equal(ContentHash.Of("first"), EntryOf(new Barge(3, shared)).Hash);
        Assert.Equal(ContentHash.Of("second"), EntryOf(new Barge(4, Held())).Hash);

        // A record with few entries is not worth remembering.
        static Hold Held() => new([.. Enumerable.Range(0, 8).Select(i => new NamedFile($"{i}", new FileRef($"in/{i}.png", "load"))), new NamedFile("x", new Ref("Paint/a"))]);

        FingerprintEntry EntryOf(Barge barge) => Assert.Single(fingerprint.Entries(barge), entry => entry.Role == "hold.files/x");
    }

    private static IReadOnlyList<KeyValuePair<string, string>> Pairs(params (string Key, string Value)[] pairs) =>
        [.. pairs.Select(pair => KeyValuePair.Create(pair.Key, pair.Value))];

    private JobInput Find(Input input) => input switch
    {
        FileRef file => new JobInput(file.Path, $"/{file.Path}", ContentHash.Of(_files.GetValueOrDefault(file.Path, file.Path))),
        Ref made when _pending.Contains($"{made.Job}/{made.Output}") => new JobInput(made.Job, $"/{made.Job}", null, made.Job.Split('/')[0]),
        Ref made => new JobInput(made.Job, $"/{made.Job}", ContentHash.Of(_files.GetValueOrDefault($"{made.Job}/{made.Output}", made.Job)), made.Job.Split('/')[0]),
        _ => throw new NotSupportedException(),
    };

    private IReadOnlyList<FingerprintEntry> Entries(IJob job) => new JobFingerprint(Find, EnvironmentFacts.None).Entries(job);

    private FingerprintEntry Entry(IJob job, string role) => Assert.Single(Entries(job), entry => entry.Role == role);

    private IEnumerable<string> Roles(IJob job) => Entries(job).Select(entry => entry.Role);

    private ContentHash KeyOf(IJob job) => new Fingerprint(Entries(job)).Key;

    private enum Hull
    {
        Wood,
        GlassFibre,
    }

    private abstract record Job : IJob
    {
        public virtual JobKind Kind => new("Boat", 1);

        public virtual IReadOnlyList<string> Environment => [];

        public IReadOnlyList<JobOutput> Outputs => [new("image")];

        public void Run(JobIo io) => throw new NotSupportedException();
    }

    private sealed record Boat(string Name, Input Sprite) : Job
    {
        public int MaxSpeed { get; init; } = 1;

        public double? UNetLr { get; init; }

        public string? Motto { get; init; } = "ahoy";

        public Mast Mast { get; init; } = new();

        public Mast? Spare { get; init; }

        public Mast? Tall { get; init; } = new Mast { Height = 7, Names = ["main"] };

        [Inline]
        public Rig Rig { get; init; } = new();

        [Inline]
        public Rig? SpareRig { get; init; }

        public IReadOnlyList<string> Crew { get; init; } = [];

        public IReadOnlyList<Crate> Cargo { get; init; } = [];

        public IReadOnlyList<Mast> Masts { get; init; } = [];

        public IReadOnlyList<Hull> Kinds { get; init; } = [Hull.Wood];

        public IReadOnlyList<KeyValuePair<string, string>> Signals { get; init; } = [];

        [NotInKey("Nobody reads it.")]
        public string Note { get; init; } = "";

        [NotInKey("It is how a test says what the environment is.")]
        public IReadOnlyList<string> Groups { get; init; } = [];

        public override IReadOnlyList<string> Environment => Groups;
    }

    private sealed record Mast
    {
        public int Height { get; init; } = 1;

        public Flag Flag { get; init; } = new();

        public IReadOnlyList<string> Names { get; init; } = [];
    }

    private sealed record Flag
    {
        public string Color { get; init; } = "white";
    }

    private sealed record Rig
    {
        public bool Jib { get; init; }
    }

    private sealed record Crate([property: NotInKey("It is the label.")] string Name, string Content = "wood") : ILabelled
    {
        public Input? Bill { get; init; }

        public string Label => Name;
    }

    private sealed record Early(int Number, string Color = "red") : Job;

    private sealed record Late(int Number, string Color = "green") : Job
    {
        [NotInKey("It is part of the kind.")]
        public int Version { get; init; } = 1;

        public override JobKind Kind => new("Boat", Version);
    }

    private sealed record Hold(IReadOnlyList<NamedFile> Files);

    private sealed record Barge(int Number, Hold Hold) : Job;

    private sealed record Dated(DateTime Date) : Job;

    private sealed record Called(Func<int> Call) : Job;

    private sealed record Nested(IReadOnlyList<Inner> Inners) : Job;

    private sealed record Inner(decimal Money);

    private sealed record Priced(IReadOnlyList<decimal> Prices) : Job;

    private sealed record Squared(IReadOnlyList<IReadOnlyList<int>> Rows) : Job;

    private abstract record Loose;

    private sealed record Tight : Loose;

    private sealed record Vague(Loose Thing) : Job;
}
