using Slipway.Training.Losses;

namespace Slipway.Training.Tests.Losses;

public sealed class MaskedMeanTests
{
    [Fact]
    public void Value_and_gradient_are_those_of_a_computation_by_hand()
    {
        using var scope = NewDisposeScope();
        var difference = tensor(new float[] { 1, 2, 3, 4, 5, 6, 7, 8 }, [1, 2, 2, 2]).requires_grad_(true);
        var weights = tensor(new[] { 0.5f, 0, 1, 0 }, [1, 1, 2, 2]);
        var mean = MaskedMean.Of(difference.square(), weights);
        mean.sum().backward();

        // Σ w·d² = 0.5·1 + 9 + 0.5·25 + 49 = 71; two channels, Σ w = 1.5.
        Assert.Equal(71 / 3.0, mean.item<float>(), 1e-5);
        var byHand = new[] { 0.5, 0, 3, 0, 2.5, 0, 7, 0 }.Select(d => 2 * d / 3).ToArray();
        Assert.Equal(byHand, difference.grad!.data<float>().ToArray().Select(g => (double)g), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    /// <summary>What sd-scripts' mean over the whole area does not do: there, the small subject's error counts a sixteenth.</summary>
    [Fact]
    public void A_small_subject_counts_as_much_as_one_that_fills_the_picture()
    {
        using var scope = NewDisposeScope();
        var errors = full([2, 4, 8, 8], 3f);
        var weights = zeros(2, 1, 8, 8);
        weights[0, 0, 3, 3] = 1;
        weights[1].fill_(1);
        Assert.Equal([3f, 3f], MaskedMean.Of(errors, weights).data<float>().ToArray());
    }

    [Fact]
    public void Where_nothing_counts_there_is_no_error()
    {
        using var scope = NewDisposeScope();
        Assert.Equal([0f, 2f], MaskedMean.Of(full([2, 4, 8, 8], 2f), cat([zeros(1, 1, 8, 8), ones(1, 1, 8, 8)])).data<float>().ToArray());
    }
}
