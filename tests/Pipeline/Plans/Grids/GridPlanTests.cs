using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Plans.Axes;

namespace Slipway.Pipeline.Tests.Plans.Grids;

public sealed class GridPlanTests
{
    private const string Seeds = "  seeds: [1, 2]\n";

    /// <summary>The good plan, whose v01 saves, with a grid.</summary>
    private static string Of(string grid, string more = "") => $"{Seeds}{more}  grids:\n    g: {grid}\n";

    [Fact]
    public void A_grid_is_read_with_axes_as_mappings_lists_and_texts()
    {
        var grids = PlanFile.Load(Seeds, Seeds +
            """
              grids:
                strengths:
                  x: { strength: 0.2-1.0 (+0.4) }
                  y: { version: [v01, base] }
                  pages: "seed: 1-2"
                  format: webp
                  cell: 64
                replaced:
                  x: { replace: ["sand", "sea, sky"] }
                  prompt: beach

            """).Evaluation.Grids;

        Assert.Equal(["strengths", "replaced"], grids.Select(grid => grid.Name));
        Assert.Equal(new GridAxis(AxisKind.Strength, ["0.2", "0.6", "1"]), grids[0].X);
        Assert.Equal(new GridAxis(AxisKind.Version, ["v01", "base"]), grids[0].Y);
        Assert.Equal(new GridAxis(AxisKind.Seed, ["1", "2"]), grids[0].Pages);
        Assert.Equal((PictureFormat.Webp, 64), (grids[0].Format, grids[0].Cell));
        Assert.Equal(new GridAxis(AxisKind.Replace, ["sand", "sea, sky"]), grids[1].X);
        Assert.Null(grids[1].Y);
    }

    [Theory]
    // What an axis says.
    [InlineData("{ x: { sede: 1-4 } }", "plan.yaml:26:21: `evaluation.grids.g.x` has `sede`, which is no kind of axis; did you mean `seed`?")]
    [InlineData("{ x: { sampler: [Euler, Foo] } }", "plan.yaml:26:24: `evaluation.grids.g.x.sampler` has `Foo`; known here: DDIM, DPM++ 2M, DPM++ 2M Karras, Euler, Euler Karras, Euler a.")]
    [InlineData("{ x: { seed: 4-1 (+1) } }", "plan.yaml:26:21: `evaluation.grids.g.x.seed` has `4-1 (+1)`, a range that ends nowhere: from 4 a step of 1 never comes to 1.")]
    [InlineData("{ x: { seed: [] } }", "plan.yaml:26:21: `evaluation.grids.g.x.seed` is empty.")]
    [InlineData("{ x: { seed: } }", "plan.yaml:26:21: `evaluation.grids.g.x.seed` is empty.")]
    [InlineData("{ x: { seed: 1, steps: 2 } }", "plan.yaml:26:13: `evaluation.grids.g.x` must be an axis and its entries, such as `{ seed: 1-4 }` or `{ strength: 0.2-1.0 (+0.2) }`, but is a mapping.")]
    [InlineData("{ x: { seed: 1, } }", null)]
    [InlineData("{ y: { seed: 1-4 } }", "plan.yaml:26:5: `evaluation.grids.g.x` is missing; give an axis and its entries, such as `x: { seed: 1-4 }`.")]
    [InlineData("{ x: { seed: 1-4 }, z: 1 }", "plan.yaml:26:28: `evaluation.grids.g.z` is not a known key; did you mean `x`?")]
    // What does not fit the rest of the plan.
    [InlineData("{ x: { version: [v01, v07] } }", "plan.yaml:26:13: `evaluation.grids.g.x` names no version: `v07`; did you mean `v01`?")]
    [InlineData("{ x: { seed: 1-4 }, version: v07 }", "plan.yaml:26:37: `evaluation.grids.g.version` names no version: `v07`; did you mean `v01`?")]
    [InlineData("{ x: { seed: 1-4 }, y: { seed: 5-6 } }", "plan.yaml:26:31: `evaluation.grids.g.y` is an axis of `seed`, as another one is; leave one out. +")]
    [InlineData("{ x: { seed: 1-4 }, seed: 5 }", "plan.yaml:26:34: `evaluation.grids.g.seed` does nothing beside an axis of seeds; leave it out.")]
    [InlineData("{ x: { replace: [sky, sea] } }", "plan.yaml:26:13: `evaluation.grids.g.x` looks for `sky`, which is not in the prompt `boat_kun on sand`; the first entry is what is looked for.")]
    [InlineData("{ x: { strength: 0-1 }, version: base }", "plan.yaml:26:13: `evaluation.grids.g.x` needs a version: *")]
    [InlineData("{ x: { saved_step: 100 }, version: v01 }", "plan.yaml:26:13: `evaluation.grids.g.x` has step 100, and `v01` saves none; give it `save_every_n_steps`.")]
    [InlineData("{ x: { seed: 1-300 }, y: { steps: 1-2 } }", "plan.yaml:26:13: `evaluation.grids.g.x` makes 600 cells with the other axes, each of them a picture to be drawn; take fewer entries, or allow as many with `max_cells: 600`.")]
    public void What_cannot_be_drawn_is_refused_with_its_place(string grid, string? expected)
    {
        if (expected is null)
        {
            Assert.Single(PlanFile.Load(Seeds, Of(grid)).Evaluation.Grids);
            return;
        }

        var problems = PlanFile.Problems(Seeds, Of(grid));
        var found = problems[0];
        if (expected.EndsWith('*'))
            Assert.StartsWith(expected[..^1], found, StringComparison.Ordinal);
        else
            Assert.Equal(expected.TrimEnd(' ', '+'), found);
    }

    [Theory]
    [InlineData("100, 300", null)]
    [InlineData("100-300 (+100), end", null)]
    [InlineData("150", "has step 150, after which `v01` saves nothing: it saves after every 100 (save_every_n_steps).")]
    [InlineData("400", "has step 400, and `v01` ends after 400; its own file is `end`.")]
    public void Only_steps_that_are_saved_are_taken(string steps, string? expected)
    {
        var text = PlanFile.Good.Replace("    max_train_steps: 400\n", "    max_train_steps: 400\n    save_every_n_steps: 100\n", StringComparison.Ordinal)
            .Replace(Seeds, Of($"{{ x: {{ saved_step: \"{steps}\" }}, version: v01 }}"), StringComparison.Ordinal);
        if (expected is null)
            Assert.Single(PlanFile.LoadText(text).Evaluation.Grids);
        else
            Assert.Equal([$"plan.yaml:27:13: `evaluation.grids.g.x` {expected}"], Assert.Throws<Slipway.Pipeline.Plans.Yaml.PlanException>(() => PlanFile.LoadText(text)).Problems);
    }

    [Fact]
    public void As_many_cells_as_are_asked_for_are_taken()
        => Assert.Single(PlanFile.Load(Seeds, Of("{ x: { seed: 1-300 }, y: { steps: 1-2 }, max_cells: 600 }")).Evaluation.Grids);

    [Fact]
    public void A_grid_has_a_name_of_its_own()
        => Assert.Equal(["plan.yaml:26:5: `evaluation.grids.v01` has the name of `versions.v01` in line 13: `v01`; give it another."], PlanFile.Problems(Seeds, Of("{ x: { seed: 1-4 } }").Replace(" g:", " v01:", StringComparison.Ordinal)));

    [Theory]
    [InlineData(64, 192)]
    [InlineData(100, 100)]
    [InlineData(256, 256)]
    [InlineData(1024, 512)]
    public void Cells_are_as_large_as_the_pictures_within_bounds(int side, int expected) => Assert.Equal(expected, new GridPlan().CellFor(side));
}
