using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Tests.Plans.Yaml;

/// <summary>A name that the chosen profile lacks is looked for in the others.</summary>
public sealed class ProfileNamesTests
{
    private const string Big =
        """
        profiles:
          big: { inherits: tiny, resolution: 128, versions: { v_x: { inherits: v01 } }, ensembles: { both: { of: [v01, v_x] } } }
          more: { inherits: big, versions: { v_y: { inherits: v01 } } }
        """;

    [Theory]
    [InlineData("v_x", "`v_x` is a version of the profiles `big`, `more`, and not of `tiny`: give --profile=big or --profile=more.")]
    [InlineData("v_y", "`v_y` is a version of the profile `more`, and not of `tiny`: give --profile=more.")]
    [InlineData("both", "`both` is an ensemble of the profiles `big`, `more`, and not of `tiny`: give --profile=big or --profile=more.")]
    [InlineData("v04", "There is no version `v04`; did you mean `v01`?")]
    [InlineData("unheard_of", "There is no version `unheard_of`; known here: v01, v02, v03.")]
    public void A_version_says_which_profile_has_it(string name, string expected)
    {
        Assert.Equal(expected, Assert.Throws<PlanException>(() => Load().Version(name)).Message);
        Assert.Equal(expected, Assert.Throws<PlanException>(() => Load().RequireTrained(name)).Message);
    }

    [Fact]
    public void An_ensemble_is_trained_by_its_members()
    {
        var plan = Load("big");

        plan.RequireTrained("both");
        Assert.Equal("`both` is an ensemble of v01, v_x, and no version that is trained itself; expected v01 or v02 or v03 or v_x.", Assert.Throws<PlanException>(() => plan.Version("both")).Message);
        Assert.Equal("There is no version `bath`; did you mean `both`?", Assert.Throws<PlanException>(() => plan.RequireTrained("bath")).Message);
        Assert.Equal("v_x", plan.Version("v_x").Name);
    }

    [Theory]
    [InlineData("{ x: { version: [v01, v_y] } }", "names no version: `v_y`; it is a version of the profile `more`.")]
    [InlineData("{ x: { seed: 1-4 }, version: both }", "names no version: `both`; it is an ensemble of the profiles `big`, `more`.")]
    public void A_grid_of_it_says_so_too(string grid, string expected) =>
        Assert.Contains(
            Assert.Throws<PlanException>(() => PlanFile.LoadText($"{Text}  grids: {{ g: {grid} }}\n")).Problems, problem => problem.EndsWith(expected, StringComparison.Ordinal));

    private static string Text => PlanFile.Good.Replace("profiles:", Big, StringComparison.Ordinal);

    private static Slipway.Pipeline.Plans.Plan Load(string? profile = null) => PlanFile.LoadText(Text, profile);
}
