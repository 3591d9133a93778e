namespace Slipway.Pipeline.Tests.Plans;

/// <summary>Two things of a plan with one name, of which one would be lost.</summary>
public sealed class NameChecksTests
{
    private const string Alike = "on file systems that ignore case or compose accents";

    [Theory]
    [InlineData("  v01:\n", "  base: { inherits: v01 }\n  v01:\n", "plan.yaml:13:3: `versions.base` has the name of the pictures without a LoRA (`samples/base`, `grids/base.png`): `base`; give it another.")]
    [InlineData("  v01:\n", "  Versions: { inherits: v01 }\n  v01:\n", $"plan.yaml:13:3: `versions.Versions` has the name of the grid of all versions (`grids/versions.png`) {Alike}: `Versions`; give it another.")]
    [InlineData("evaluation:\n", "  V01: { inherits: v01 }\nevaluation:\n", $"plan.yaml:22:3: `versions.V01` has the name of `versions.v01` in line 13 {Alike}: `V01`; give it another.")]
    [InlineData("evaluation:\n", "ensembles:\n  V03: { of: [v01, v02] }\nevaluation:\n", $"plan.yaml:23:3: `ensembles.V03` has the name of `versions.v03` in line 19 {Alike}: `V03`; give it another.")]
    [InlineData("evaluation:\n", "ensembles:\n  base: { of: [v01, v02] }\nevaluation:\n", "plan.yaml:23:3: `ensembles.base` has the name of the pictures without a LoRA (`samples/base`, `grids/base.png`): `base`; give it another.")]
    [InlineData("  seeds: [1, 2]", "  seeds: [1, 2]\n  table: v02", "plan.yaml:25:10: `evaluation.table` has the name of `versions.v02` in line 16: `v02`; give it another.")]
    [InlineData("  seeds: [1, 2]", "  seeds: [1, 2]\n  table: versions", "plan.yaml:25:10: `evaluation.table` has the name of the grid of all versions (`grids/versions.png`): `versions`; give it another.")]
    [InlineData("  painted: { source: composites }", "  painted: { source: composites }\n  Painted: { source: composites, num_repeats: 2 }", $"plan.yaml:12:3: `datasets.Painted` has the name of `datasets.painted` in line 11 {Alike}: `Painted`; give it another.")]
    [InlineData("{ source: composites }", "{ source: composites, num_repeats: 160, name: Boat_White }", $"plan.yaml:11:3: `datasets.painted.name` has the name of `datasets.white.name` in line 10 {Alike}: `160_Boat_White`; give it another.")]
    [InlineData("  painted: { source: composites }", "  painted: { source: composites }\n  validation: { source: sprite, alpha: black }\nvalidation: { count: 2 }", "plan.yaml:12:3: `datasets.validation` has the name of the pictures that versions are measured on: `validation`; give it another.")]
    [InlineData("[1, 2]", "[11, 2, 11]", "plan.yaml:24:18: `evaluation.seeds` has `11` twice, first in line 24, column 11; remove one.")]
    [InlineData("[1, 2]", "[11, +11]", "plan.yaml:24:15: `evaluation.seeds` has `11` twice, first in line 24, column 11; remove one.")]
    [InlineData("{ beach: boat_kun on sand }", "{ beach: boat_kun on sand, Beach: x }", $"plan.yaml:23:39: `evaluation.prompts.Beach` has the name of `evaluation.prompts.beach` in line 23 {Alike}: `Beach`; give it another.")]
    [InlineData("{ beach: boat_kun on sand }", "{ caf\u00e9: boat_kun, cafe\u0301: x }", $"plan.yaml:23:30: `evaluation.prompts.cafe\u0301` has the name of `evaluation.prompts.caf\u00e9` in line 23 {Alike}: `cafe\u0301`; give it another.")]
    [InlineData("profiles:\n", "profiles:\n  Tiny: { inherits: tiny }\n", $"plan.yaml:7:3: `profiles.tiny` has the name of `profiles.Tiny` in line 6 {Alike}: `tiny`; give it another.")]
    public void Is_refused_with_both_places(string find, string replace, string problem) =>
        Assert.Equal([problem], PlanFile.Problems(find, replace));

    [Fact]
    public void Any_tag_is_a_kind()
    {
        var plan = PlanFile.Load("{ beach: boat_kun on sand }", "{ tokyo_(city): a, fate/stay_night: b, ./x: c, \"a\\nb\": d, 海: e }");
        Assert.Equal(["tokyo_(city)", "fate/stay_night", "./x", "a\nb", "海"], plan.Evaluation.Prompts.Select(prompt => prompt.Kind));
        Assert.Equal(["tokyo_(city)", "fate%2Fstay_night", "%2E%2Fx", "a%0Ab", "海"], plan.Evaluation.Prompts.Select(prompt => prompt.FileName));
    }
}
