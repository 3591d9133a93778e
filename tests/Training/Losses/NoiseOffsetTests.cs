namespace Slipway.Training.Tests;

public sealed class NoiseOffsetTests
{
    [Fact]
    public void Shifts_each_channel_of_each_sample_by_one_number_of_that_strength()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5, CPU);
        using var same = new Generator(5, CPU);
        var noise = zeros(2, 4, 3, 3);
        NoiseOffset.Add(noise, 0.05, generator);
        var expected = (randn([2, 4, 1, 1], generator: same) * 0.05).expand(2, 4, 3, 3);
        Assert.True(noise.allclose(expected, rtol: 0, atol: 1e-8));
    }

    [Fact]
    public void Zero_changes_nothing_and_draws_nothing()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5, CPU);
        using var untouched = new Generator(5, CPU);
        var noise = ones(1, 4, 2, 2);
        NoiseOffset.Add(noise, 0, generator);
        Assert.True(noise.equal(ones_like(noise)).all().item<bool>());
        Assert.Equal(randn(1, generator: untouched).item<float>(), randn(1, generator: generator).item<float>());
    }
}
