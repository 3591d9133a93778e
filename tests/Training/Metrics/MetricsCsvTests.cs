using Slipway.Training.Metrics;

namespace Slipway.Training.Tests.Metrics;

public sealed class MetricsCsvTests
{
    [Fact]
    public void Writes_a_header_and_a_line_a_step_that_read_back_exactly()
    {
        var path = Path.GetTempFileName();
        using (var csv = new MetricsCsv(path))
            csv.Write(new StepMetrics(1, 2, 0.1, 1.0 / 3, 1e-20, 1e-4, 0));
        Assert.Equal("step,epoch,loss,loss_average,grad_norm,lr_unet,lr_te\n1,2,0.1,0.3333333333333333,1E-20,0.0001,0\n", File.ReadAllText(path));
        File.Delete(path);
    }

    [Fact]
    public void Has_validation_on_request_alone_and_leaves_it_empty_where_none_was()
    {
        var path = Path.GetTempFileName();
        using (var csv = new MetricsCsv(path, withValidation: true))
        {
            csv.Write(new StepMetrics(1, 1, 0, 0, 0, 0, 0));
            csv.Write(new StepMetrics(2, 1, 0, 0, 0, 0, 0) { Validation = new(0.5, 0.25, 0.75) });
            csv.Write(new StepMetrics(3, 1, 0, 0, 0, 0, 0) { Validation = new(0.5, double.NaN, double.NaN) });
        }
        Assert.Equal(
            "step,epoch,loss,loss_average,grad_norm,lr_unet,lr_te,loss/val,loss/val_subject,loss/val_background\n1,1,0,0,0,0,0,,,\n2,1,0,0,0,0,0,0.5,0.25,0.75\n3,1,0,0,0,0,0,0.5,,\n",
            File.ReadAllText(path));
        File.Delete(path);
    }

    [Fact]
    public void Has_the_loss_scale_on_request_alone_and_no_norm_where_gradients_overflowed()
    {
        var path = Path.GetTempFileName();
        using (var csv = new MetricsCsv(path, withValidation: true, withLossScale: true))
        {
            csv.Write(new StepMetrics(1, 1, 0.5, 0.5, double.NaN, 0, 0) { LossScale = 65536 });
            csv.Write(new StepMetrics(2, 1, 0.5, 0.5, 0.25, 0, 0) { LossScale = 32768 });
        }
        Assert.Equal(
            "step,epoch,loss,loss_average,grad_norm,lr_unet,lr_te,loss_scale,loss/val,loss/val_subject,loss/val_background\n1,1,0.5,0.5,,0,0,65536,,,\n2,1,0.5,0.5,0.25,0,0,32768,,,\n",
            File.ReadAllText(path));
        File.Delete(path);
    }

    [Fact]
    public void Has_the_second_text_encoder_s_rate_on_request_alone()
    {
        var path = Path.GetTempFileName();
        using (var csv = new MetricsCsv(path, withLossScale: true, withSecondRate: true))
            csv.Write(new StepMetrics(1, 1, 0.5, 0.5, 0.25, 1e-3, 1e-4) { LrTextEncoder2 = 5e-5, LossScale = 4 });
        Assert.Equal("step,epoch,loss,loss_average,grad_norm,lr_unet,lr_te,lr_te2,loss_scale\n1,1,0.5,0.5,0.25,0.001,0.0001,5E-05,4\n", File.ReadAllText(path));
        File.Delete(path);
    }

    [Fact]
    public void Has_seconds_on_request_alone()
    {
        var path = Path.GetTempFileName();
        using (var csv = new MetricsCsv(path, withSeconds: true))
            csv.Write(new StepMetrics(1, 1, 0, 0, 0, 0, 0));
        Assert.Matches(@",seconds\n1,1,0,0,0,0,0,\d+\.\d\d\n$", File.ReadAllText(path));
        File.Delete(path);
    }
}
