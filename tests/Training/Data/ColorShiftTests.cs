using Slipway.Training.Data;
using Slipway.Training.Randomness;

namespace Slipway.Training.Tests.Data;

public sealed class ColorShiftTests
{
    [Fact]
    public void A_third_of_the_uses_get_other_colours_within_the_limits()
    {
        var stream = new SeedStream(1, "colours");
        var shifts = Enumerable.Range(0, 3000).Select(_ => ColorShift.Draw(stream)).OfType<ColorShift>().ToList();
        Assert.InRange(shifts.Count, 900, 1080);
        Assert.InRange(shifts.Count(shift => shift.Hue is not null), shifts.Count * 0.45, shifts.Count * 0.55);
        Assert.InRange(shifts.Max(shift => shift.Hue ?? 0), 15, 16);
        Assert.InRange(shifts.Min(shift => shift.Hue ?? 0), -16, -15);
        Assert.InRange(shifts.Max(shift => shift.Gamma), 1.04, 1.05);
        Assert.InRange(shifts.Min(shift => shift.Gamma), 0.95, 0.96);
    }

    [Theory]
    [InlineData(120, "0,255,0 0,0,255 255,0,0 0,200,50 128,128,128")]
    [InlineData(-120, "0,0,255 255,0,0 0,255,0 50,0,200 128,128,128")]
    [InlineData(60, "255,255,0 0,255,255 255,0,255 150,200,0 128,128,128")]
    [InlineData(0, "255,0,0 0,255,0 0,0,255 200,50,0 128,128,128")]
    public void A_hue_turns_around_the_circle_and_greys_stay(double degrees, string expected)
    {
        byte[] colours = [255, 0, 0, 0, 255, 0, 0, 0, 255, 200, 50, 0, 128, 128, 128];
        Assert.Equal(expected, string.Join(' ', new ColorShift(degrees, 1).Apply(colours).Chunk(3).Select(c => string.Join(',', c))));
    }

    [Fact]
    public void A_gamma_is_a_power_of_values_from_0_to_1() =>
        Assert.Equal([0, 64, 255], new ColorShift(null, 2).Apply([0, 128, 255]));
}
