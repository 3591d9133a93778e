namespace Slipway.Training.Tests;

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
    public void Has_seconds_on_request_alone()
    {
        var path = Path.GetTempFileName();
        using (var csv = new MetricsCsv(path, withSeconds: true))
            csv.Write(new StepMetrics(1, 1, 0, 0, 0, 0, 0));
        Assert.Matches(@",seconds\n1,1,0,0,0,0,0,\d+\.\d\d\n$", File.ReadAllText(path));
        File.Delete(path);
    }
}
