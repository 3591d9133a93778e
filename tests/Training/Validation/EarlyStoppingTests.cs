using Slipway.Training.Metrics;
using Slipway.Training.Options;
using Slipway.Training.Validation;

namespace Slipway.Training.Tests.Validation;

public sealed class EarlyStoppingTests
{
    private static readonly EarlyStoppingOptions Patient = new() { Patience = 3 };

    [Fact]
    public void Ends_a_curve_that_rises_for_as_long_as_the_patience_lasts()
    {
        using var stopping = new EarlyStopping(Patient);
        Assert.Equal([10, 20, 30, 40, 50, 60], Steps(stopping, [5, 4, 3, 3.5, 3.2, 3.1, 1]));
        Assert.Equal(30, stopping.BestStep);
    }

    [Fact]
    public void An_improvement_renews_the_patience()
    {
        using var stopping = new EarlyStopping(Patient);
        Assert.Equal(9, Steps(stopping, [5, 6, 6, 4, 6, 6, 3.9, 6, 6]).Count);
        Assert.Equal(70, stopping.BestStep);
        Assert.False(stopping.IsOver);
    }

    [Fact]
    public void A_smaller_improvement_than_min_delta_is_none()
    {
        using var stopping = new EarlyStopping(Patient with { MinDelta = 0.5 });
        Assert.Equal([10, 20, 30, 40], Steps(stopping, [5, 4.9, 4.7, 4.5, 1]));
        Assert.Equal(10, stopping.BestStep);
    }

    [Fact]
    public void A_loss_that_is_no_number_is_no_improvement()
    {
        using var stopping = new EarlyStopping(Patient);
        Assert.Equal([10, 20, 30, 40], Steps(stopping, [5, double.NaN, double.NaN, double.NaN, 1]));
        Assert.Equal(10, stopping.BestStep);
    }

    [Theory]
    [InlineData(ValidationMetric.Val, 1)]
    [InlineData(ValidationMetric.ValSubject, 2)]
    [InlineData(ValidationMetric.ValBackground, 3)]
    public void Looks_at_the_figure_that_it_is_told_to(ValidationMetric metric, int best)
    {
        using var stopping = new EarlyStopping(Patient with { Metric = metric });
        using var weights = zeros(1);
        stopping.Observe(1, new ValidationLosses(1, 9, 9), weights);
        stopping.Observe(2, new ValidationLosses(9, 1, 9), weights);
        stopping.Observe(3, new ValidationLosses(9, 9, 1), weights);
        Assert.Equal(best, stopping.BestStep);
    }

    [Fact]
    public void Puts_the_best_weights_back_and_not_the_last()
    {
        using var stopping = new EarlyStopping(Patient);
        using var weights = zeros(2);
        for (var step = 1; step <= 4; step++)
        {
            weights.fill_(step);
            stopping.Observe(step, Total(step == 2 ? 1 : 5), weights);
        }
        Assert.True(stopping.TryRestore(weights));
        Assert.Equal([2f, 2f], weights.data<float>().ToArray());
    }

    [Fact]
    public void Leaves_the_last_weights_where_nothing_is_to_be_restored()
    {
        using var stopping = new EarlyStopping(Patient with { RestoreBest = false });
        using var weights = ones(2);
        stopping.Observe(1, Total(1), weights);
        Assert.False(stopping.TryRestore(weights.fill_(7)));
        Assert.Equal([7f, 7f], weights.data<float>().ToArray());
    }

    // The steps that are measured until it says stop.
    private static List<int> Steps(EarlyStopping stopping, double[] curve)
    {
        using var weights = zeros(1);
        var steps = new List<int>();
        foreach (var (loss, i) in curve.Select((loss, i) => (loss, i)))
        {
            stopping.Observe((i + 1) * 10, Total(loss), weights);
            steps.Add((i + 1) * 10);
            if (stopping.IsOver)
                break;
        }
        return steps;
    }

    private static ValidationLosses Total(double loss) => new(loss, double.NaN, double.NaN);
}
