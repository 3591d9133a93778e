using System.Globalization;
using Slipway.Pipeline.Reports;

namespace Slipway.Pipeline.Tests.Reports;

public sealed class CurvesTests
{
    [Fact]
    public void Every_step_of_a_short_training_is_kept_and_what_is_not_finite_is_null_and_counted()
    {
        var curves = Curves.Read(["step,epoch,loss,loss_average,grad_norm,lr_unet,lr_te,loss/val", "1,1,0.5,0.5,NaN,0.004,0,", "2,1,0.25,0.375,8,0.004,0,0.1234567", ""]);

        Assert.Equal((2, 1), (curves.Steps, curves.NotFinite));
        Assert.Equal(["loss", "loss_average", "grad_norm", "lr_unet", "lr_te", "loss/val"], curves.Series.Keys);
        Assert.Equal([[1, 0.5], [2, 0.25]], curves.Series["loss"]);
        Assert.Equal([[1, null], [2, 8]], curves.Series["grad_norm"]);
        Assert.Equal([[2, 0.123457]], curves.Series["loss/val"]);
    }

    [Fact]
    public void A_blow_up_of_one_step_stays_in_a_long_training()
    {
        var lines = Enumerable.Range(1, 20_000).Select(step => string.Create(CultureInfo.InvariantCulture, $"{step},1,{(step == 12_345 ? 99 : 0.5 + (step % 7 * 0.01))}"));

        var loss = Curves.Read(lines.Prepend("step,epoch,loss")).Series["loss"];

        Assert.InRange(loss.Count, 400, 800);
        Assert.Contains(loss, point => point[0] == 12_345 && point[1] == 99);
        Assert.Equal(loss.Select(point => point[0]).Order(), loss.Select(point => point[0]));
    }

    [Fact]
    public void A_step_that_is_not_finite_stays_too()
    {
        var lines = Enumerable.Range(1, 20_000).Select(step => string.Create(CultureInfo.InvariantCulture, $"{step},1,{(step == 12_345 ? double.PositiveInfinity : 0.5)}"));

        var curves = Curves.Read(lines.Prepend("step,epoch,loss"));

        Assert.Equal(1, curves.NotFinite);
        Assert.Contains(curves.Series["loss"], point => point[0] == 12_345 && point[1] is null);
    }

    [Fact]
    public void A_file_without_a_step_gives_no_series() => Assert.Empty(Curves.Read(["step,epoch,loss"]).Series);
}
