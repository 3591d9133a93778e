using Slipway.Engine.Options;
using Slipway.Pipeline.Plans.Reference;

namespace Slipway.Pipeline.Tests.Plans.Reference;

public sealed class OptionHelpTests
{
    [Fact]
    public void An_option_is_told_with_its_place_values_and_default() => Assert.Equal(
        "versions.NAME.huber_scale: a number above 0; without it: `1`\n    Multiplies the threshold of the schedules `constant` and `exponential`.\n",
        OptionHelp.Find("huber_scale"));

    [Fact]
    public void One_that_may_stand_in_several_sections_is_told_of_each() => Assert.Equal(
        ["backgrounds.guidance", "regularisation.guidance", "evaluation.guidance"],
        OptionHelp.Find("guidance")!.Split('\n').Where(line => line.Contains(": ", StringComparison.Ordinal) && line[0] != ' ').Select(line => line.Split(':')[0]));

    [Theory]
    [InlineData("evaluation.guidance")]
    [InlineData("Evaluation.Guidance")]
    public void By_its_path_it_is_told_once(string path) =>
        Assert.StartsWith("evaluation.guidance: ", Assert.Single(OptionHelp.Find(path)!.Split('\n'), line => line.Length > 0 && line[0] != ' '), StringComparison.Ordinal);

    [Theory]
    [InlineData("versions.early_stopping")]
    [InlineData("versions.NAME.early_stopping")]
    [InlineData("early_stopping")]
    public void A_section_is_told_with_all_its_options(string section) => Assert.Equal(
        ["versions.NAME.early_stopping", .. new[] { "patience", "min_delta", "restore_best", "metric" }.Select(name => $"versions.NAME.early_stopping.{name}")],
        OptionHelp.Find(section)!.Split('\n').Where(line => line.Length > 0 && line[0] != ' ').Select(line => line.Split(':')[0]));

    [Fact]
    public void Everything_that_is_declared_is_told_and_fits_into_a_line() =>
        Assert.All(OptionHelp.Names, name => Assert.All(OptionHelp.Find(name)!.Split('\n'), line => Assert.InRange(line.Length, 0, 120)));

    [Fact]
    public void What_is_not_there_is_not_told()
    {
        Assert.Null(OptionHelp.Find("noise_ofset"));
        Assert.Null(OptionHelp.Find(""));
        Assert.Equal("did you mean `noise_offset`?", NearestName.Hint("noise_ofset", OptionHelp.Names));
    }
}
