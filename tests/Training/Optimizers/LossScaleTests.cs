using Slipway.Training.Optimizers;

namespace Slipway.Training.Tests.Optimizers;

/// <summary>torch.amp.GradScaler's rule.</summary>
public sealed class LossScaleTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly LossScale _scale = new();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Begins_at_65536()
    {
        Assert.Equal(65536, _scale.Value);
        Assert.Equal(65536 * 0.125f, _scale.Scale(tensor(0.125f)).item<float>());
    }

    [Fact]
    public void Is_halved_by_every_overflow()
    {
        Assert.True(_scale.Update(isGood: false));
        Assert.True(_scale.Update(isGood: false));
        Assert.Equal(16384, _scale.Value);
    }

    [Fact]
    public void Is_doubled_after_2000_good_steps_in_a_row()
    {
        Good(1999);
        _scale.Update(isGood: false);
        Good(1999);
        Assert.Equal(32768, _scale.Value);
        Good(1);
        Assert.Equal(65536, _scale.Value);
        Good(1999);
        Assert.Equal(65536, _scale.Value);
    }

    [Fact]
    public void Says_when_gradients_overflow_without_any_scale()
    {
        for (var scale = 65536; scale > 1; scale /= 2)
            Assert.True(_scale.Update(isGood: false));
        Assert.False(_scale.Update(isGood: false));
    }

    [Fact]
    public void Goes_on_where_a_checkpoint_says()
    {
        _scale.Update(isGood: false);
        Good(1999);
        var restored = new LossScale();
        restored.Restore(_scale.State());
        Assert.Equal(32768, restored.Value);
        restored.Update(isGood: true);
        Assert.Equal(65536, restored.Value);
    }

    private void Good(int steps)
    {
        for (var step = 0; step < steps; step++)
            Assert.True(_scale.Update(isGood: true));
    }
}
