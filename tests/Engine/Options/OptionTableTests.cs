using Slipway.Engine.Options;

namespace Slipway.Engine.Tests.Options;

public sealed class OptionTableTests
{
    private static readonly Boat Afloat = new() { Name = "sail_kun" };

    [Theory]
    [InlineData("is_afloat", "false", "false")]
    [InlineData("has_face", "true", "true")]
    [InlineData("masts", "3", "3")]
    [InlineData("crew", "+2", "2")]
    [InlineData("seed", "4294967295", "4294967295")]
    [InlineData("draught", "1e1", "10")]
    [InlineData("heel", "-1e-7", "-1E-07")]
    [InlineData("length", ".5", "0.5")]
    [InlineData("rig", "ketch", "ketch")]
    [InlineData("sea", "very_rough", "very_rough")]
    [InlineData("motto", "\" a \"", " a ")]
    [InlineData("home", " Riga ", "Riga")]
    [InlineData("flags", "[a, b]", "a\nb")]
    [InlineData("flags", "[\"\", \" b\"]", "\n b")]
    [InlineData("ports", "{x: 1; y: 2}", "x: 1\ny: 2")]
    [InlineData("depth", "[0.2, 0.2]", "0.2,0.2")]
    [InlineData("sails", "[1, 2, 3]", "1,2,3")]
    [InlineData("sails", "1, 2.50,3", "1,2.5,3")]
    [InlineData("oars", "[9, 0]", "9,0")]
    [InlineData("power", "4", "4")]
    public void A_value_is_read_and_written_in_one_spelling(string name, string written, string expected)
    {
        var option = Boat.Table.Find(name)!;
        var slips = new List<Slip>();
        var read = option.Read(Afloat, Written.Of(written), slips);

        Assert.Empty(slips);
        Assert.Equal(expected, option.Write(read));
        Assert.False(option.IsDefault(read));
        Assert.All(Boat.Table.Options.Where(other => other != option && other.Name != "name"), other => Assert.True(other.IsDefault(read), other.Name));
    }

    [Theory]
    [InlineData("is_afloat", "yes", "must be true or false, but is `yes`.")]
    [InlineData("is_afloat", "\"true\"", "must be true or false, but is `true`.")]
    [InlineData("masts", "6", "must be a whole number from 0 to 5, but is `6`.")]
    [InlineData("masts", "1.5", "must be a whole number from 0 to 5, but is `1.5`.")]
    [InlineData("masts", "", "must be a whole number from 0 to 5, but is empty.")]
    [InlineData("crew", "0", "must be a whole number of 1 or more, but is `0`.")]
    [InlineData("seed", "4294967296", "must be a whole number from 0 to 4294967295, but is `4294967296`.")]
    [InlineData("draught", "10.1", "must be a number from 0 to 10, but is `10.1`.")]
    [InlineData("draught", "\"1\"", "must be a number from 0 to 10, but is `1`.")]
    [InlineData("heel", "NaN", "must be a number, but is `NaN`.")]
    [InlineData("length", "0", "must be a number above 0, but is `0`.")]
    [InlineData("rig", "Sloop", "must be one of sloop, ketch, but is `Sloop`.")]
    [InlineData("sea", "VeryRough", "must be one of calm, very_rough, but is `VeryRough`.")]
    [InlineData("name", "null", "must be a text, but is empty.")]
    [InlineData("name", "\" \"", "must be a text, but is ` `.")]
    [InlineData("motto", "[]", "must be a text, but is a list.")]
    [InlineData("flags", "a", "must be a list of texts, but is `a`.")]
    [InlineData("flags", "[a, ~]", "must be a list of texts, but has empty in it.")]
    [InlineData("ports", "[a]", "must be a mapping, but is a list.")]
    [InlineData("depth", "[0.3, 0.2]", "must be two numbers [from, to] from 0 to 1, the smaller first, but is a list.")]
    [InlineData("depth", "[0,2, 0,3]", "must be two numbers [from, to] from 0 to 1, the smaller first, but is a list; write [0.2, 0.3], with points.")]
    [InlineData("depth", "[0,3, 0,2]", "must be two numbers [from, to] from 0 to 1, the smaller first, but is a list.")]
    [InlineData("depth", "[x, 0.2]", "must be two numbers [from, to] from 0 to 1, the smaller first, but is a list.")]
    [InlineData("depth", "[0.3]", "must be two numbers [from, to] from 0 to 1, the smaller first, but is a list.")]
    [InlineData("sails", "[1, 2]", "must be 3 numbers of 0 or more, but is a list.")]
    [InlineData("sails", "1,2,x", "must be 3 numbers of 0 or more, but is `1,2,x`.")]
    [InlineData("oars", "1,2.5", "must be 2 whole numbers from 0 to 9, but is `1,2.5`.")]
    [InlineData("power", "-1", "must be a number above 0, but is `-1`.")]
    public void What_is_none_is_said_and_changes_nothing(string name, string written, string expected)
    {
        var slips = new List<Slip>();
        var option = Boat.Table.Find(name)!;

        Assert.False(option.IsUnset(Written.Of(written)));
        var read = option.Read(Afloat, Written.Of(written), slips);

        Assert.Equal(expected, Assert.Single(slips).What);
        Assert.True(name == "flags" || option.IsDefault(read) || name == "name");
    }

    [Fact]
    public void What_is_none_leaves_the_value_that_there_was() =>
        Assert.Equal(3, Boat.Table.Find("crew")!.Read(Afloat with { Crew = 3 }, Written.Of("0"), []).Crew);

    [Fact]
    public void A_wrong_part_is_named_where_it_stands()
    {
        var slips = new List<Slip>();
        Boat.Table.Find("ports")!.Read(Afloat, Written.Of("{x: 1; y: [2]}"), slips);

        Assert.Equal(("y", "must be a text, but is a list."), (Assert.Single(slips).Below, slips[0].What));
    }

    [Theory]
    [InlineData("masts", "null", true)]
    [InlineData("masts", "~", true)]
    [InlineData("masts", "", false)] // a value was forgotten
    [InlineData("masts", "\"null\"", false)]
    [InlineData("crew", "", true)]
    [InlineData("motto", "", true)]
    [InlineData("home", "", true)]
    [InlineData("flags", "", true)]
    [InlineData("name", "null", false)]
    public void Null_takes_a_value_away_and_nothing_does_where_the_default_is_none(string name, string written, bool expected) =>
        Assert.Equal(expected, Boat.Table.Find(name)!.IsUnset(Written.Of(written)));

    [Fact]
    public void Defaults_are_the_records()
    {
        Assert.Equal(
            ["", "true", "", "1", "", "42", "0.5", "", "7", "sloop", "calm", "", "", "", "", "0.1,0.2", "", "", ""],
            Boat.Table.Options.Select(option => option.Default));
        Assert.Empty(Boat.Table.Problems(Afloat));
    }

    [Fact]
    public void What_a_computed_record_cannot_have_is_said_in_the_same_words()
    {
        var problems = Boat.Table.Problems(Afloat with { Masts = 6, Length = double.NaN, Sails = [1], Motor = new() { Power = 0 } });

        Assert.Equal(
            [
                "masts: must be a whole number from 0 to 5, but is `6`.",
                "length: must be a number above 0, but is `NaN`.",
                "sails: must be 3 numbers of 0 or more, but is `1`.",
                "power: must be a number above 0, but is `0`.",
            ],
            problems.Select(problem => problem.ToString()));
        Assert.Contains("\n", Assert.Throws<ArgumentException>(() => OptionProblem.ThrowIfAny(problems)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_go_together_is_a_rule_of_the_record_or_of_the_option()
    {
        Assert.Equal("crew: has nothing to hoist; give `masts` too.", Assert.Single(Boat.Table.Problems(Afloat with { Crew = 3, Masts = 0 })).ToString());
        Assert.Equal("masts: is for boats that float.", Boat.Table.Find("masts")!.Misfit(Afloat with { IsAfloat = false })?.ToString());
        Assert.Null(Boat.Table.Find("masts")!.Misfit(Afloat));
        // What has no influence is a slip of who writes it, and does a computed record no harm.
        Assert.Empty(Boat.Table.Problems(Afloat with { IsAfloat = false, Masts = 2 }));
    }

    [Fact]
    public void Some_values_are_laid_over_a_records_own()
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal) { ["masts"] = "3", ["motto"] = "null", ["power"] = "5", ["other"] = "?" };

        Assert.Equal(Afloat with { Masts = 3, Motto = "null", Motor = new() { Power = 5 } }, Boat.Table.With(Afloat, values));
    }

    [Fact]
    public void An_option_that_says_nothing_of_itself_says_nothing()
    {
        var masts = Boat.Table.Find("masts")!;

        Assert.Equal(("", "", "", null, Counterpart.None), (masts.Says, masts.Otherwise, masts.InsteadOfList, masts.SdScripts, masts.Counterpart));
        Assert.Null(Boat.Table.Find("sea shells"));
    }

    [Fact]
    public void What_has_a_default_in_sd_scripts_is_an_argument_of_its_unless_it_says_otherwise()
    {
        var option = new Declarations<Boat>().Switch("is_afloat", o => o.IsAfloat, (o, v) => o with { IsAfloat = v });

        Assert.Equal(Counterpart.Argument, (option with { SdScripts = "" }).Counterpart);
        Assert.Equal(Counterpart.OptimizerArgument, (option with { SdScripts = "", Counterpart = Counterpart.OptimizerArgument }).Counterpart);
        Assert.Equal(Counterpart.NetworkArgument, (option with { Counterpart = Counterpart.NetworkArgument }).Counterpart);
    }

    [Fact]
    public void A_text_that_may_be_none_takes_nothing_for_an_empty_one()
    {
        var option = new Declarations<Boat>().TextOrNone("motto", o => o.Motto, (o, v) => o with { Motto = v });

        Assert.True(option.IsUnset(Written.Of("")));
        Assert.Equal("a", option.Write(option.Read(Afloat, Written.Of(" a "), [])));
    }

    [Fact]
    public void A_path_may_begin_at_the_users_folder()
    {
        var option = new Declarations<Boat>().Path("home", o => o.Home, (o, v) => o with { Home = v });

        Assert.Equal(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), "boats"), option.Write(option.Read(Afloat, Written.Of("~/boats"), [])));
    }

    [Theory]
    [InlineData("crew")]
    [InlineData("home")]
    [InlineData("sails")]
    public void A_value_that_is_none_is_written_as_nothing(string name) => Assert.Equal("", Boat.Table.Find(name)!.Write(Afloat));

    [Fact]
    public void What_has_no_influence_may_lack_something_that_is_given_elsewhere() =>
        Assert.True(Boat.Table.Find("masts")!.Misfit(Afloat with { IsAfloat = false })!.IsLack);

    [Fact]
    public void What_is_required_has_no_default() => Assert.Equal("", (Boat.Table.Find("masts")! with { IsRequired = true }).Default);

    [Theory]
    [InlineData("", true)]
    [InlineData("some", false)]
    public void A_value_beside_none_is_not_the_default(string home, bool expected) =>
        Assert.Equal(expected, Boat.Table.Find("home")!.IsDefault(Afloat with { Home = home.Length == 0 ? null : home }));

    [Fact]
    public void A_part_has_rules_of_its_own_and_they_are_asked()
    {
        var parts = new OptionTable<Engine>(_ => [], _ => [new OptionProblem("power", "comes from nowhere.")]);
        var whole = new OptionTable<Boat>(option => option.Part(parts, o => o.Motor, (o, v) => o with { Motor = v }));

        Assert.Equal(["power: comes from nowhere."], whole.Problems(Afloat).Select(problem => $"{problem}"));
    }

    [Fact]
    public void A_part_knows_what_has_no_influence_and_what_is_told()
    {
        var parts = new OptionTable<Engine>(option =>
        [
            option.Number("power", o => o.Power, (o, v) => o with { Power = v }) with { Unfit = o => o.Power is null ? "needs fuel." : null, IsTold = o => o.Power > 1 },
        ]);
        var power = Assert.Single(new OptionTable<Boat>(option => option.Part(parts, o => o.Motor, (o, v) => o with { Motor = v })).Options);

        Assert.Equal("power: needs fuel.", power.Misfit(Afloat)?.ToString());
        Assert.Null(power.Misfit(Afloat with { Motor = new() { Power = 1 } }));
        Assert.False(power.IsTold!(Afloat with { Motor = new() { Power = 1 } }));
        Assert.True(power.IsTold!(Afloat with { Motor = new() { Power = 2 } }));
        Assert.Null(Boat.Table.Find("power")!.IsTold);
    }

    [Fact]
    public void Without_a_problem_nothing_is_thrown() => OptionProblem.ThrowIfAny([]);

    [Fact]
    public void A_part_keeps_what_its_options_say()
    {
        var power = Boat.Table.Find("power")!;
        Assert.Equal(("Kilowatts.", "3", "ss_power", "a number above 0"), (power.Says, power.SdScripts, power.Metadata!.Key, power.Expected));
        Assert.Equal(5.0, power.Value(Afloat with { Motor = new() { Power = 5 } }));
    }

    [Theory]
    [InlineData("masts", """{"type":"integer","minimum":0,"maximum":5}""")]
    [InlineData("crew", """{"type":"integer","minimum":1}""")]
    [InlineData("seed", """{"type":"integer","minimum":0,"maximum":4294967295}""")]
    [InlineData("length", """{"type":"number","exclusiveMinimum":0}""")]
    [InlineData("heel", """{"type":"number"}""")]
    [InlineData("sea", """{"enum":["calm","very_rough"]}""")]
    [InlineData("flags", """{"type":"array","items":{"type":"string"}}""")]
    [InlineData("draught", """{"type":"number","minimum":0,"maximum":10}""")]
    [InlineData("is_afloat", """{"type":"boolean"}""")]
    [InlineData("has_face", """{"type":"boolean"}""")]
    [InlineData("sails", """{"anyOf":[{"type":"array","items":{"type":"number","minimum":0},"minItems":3,"maxItems":3},{"type":["string","number"]}]}""")]
    [InlineData("depth", """{"type":"array","items":{"type":"number","minimum":0,"maximum":1},"minItems":2,"maxItems":2}""")]
    [InlineData("ports", """{"type":"object","additionalProperties":{"type":"string"}}""")]
    public void A_kind_has_a_schema(string name, string expected) => Assert.Equal(expected, Boat.Table.Find(name)!.Schema().ToJsonString());
}
