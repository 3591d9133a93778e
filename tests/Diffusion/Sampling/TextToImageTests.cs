using Slipway.Diffusion.Files;
using Slipway.Diffusion.Noise;
using Slipway.Diffusion.Sampling;
using Slipway.Diffusion.Tests.Checkpoints;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests.Sampling;

/// <summary>
/// golden/pipeline: diffusers' StableDiffusionXLPipeline on the tiny model of the reference, 80 × 64 pixels, six Euler
/// steps. A wrong order of time ids, zeros for an empty negative prompt or another noise differ in the first decimal.
/// </summary>
/// <remarks>
/// Guidance 5 multiplies what the UNet's rounding leaves by up to 11, and the first step by σ₀ − σ₁ = 2.4. Run in f64,
/// this code differs from the recorded f32 latents by 1.07e-4: that is the reference's own rounding, and ours comes on top.
/// </remarks>
public sealed class TextToImageTests(GoldenModel golden) : IClassFixture<GoldenModel>, IDisposable
{
    private const double Tolerance = 1e-4;
    private const double GuidedTolerance = 2e-4;
    private const long Seed = 123;
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly SafetensorsFile _numbers = SafetensorsFile.Open(Golden.Path(Path.Combine("pipeline", "pipeline.safetensors")));
    private readonly TextToImage _sampler = new(golden.Model);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _numbers.Dispose();
        _scope.Dispose();
    }

    [Theory]
    [InlineData("euler_cfg5", "1girl, solo, long_hair", "lowres, bad anatomy", 5)]
    [InlineData("euler_cfg5_emptyneg_string", "1girl, solo, long_hair", "", 5)]
    [InlineData("euler_cfg1", "a cat", "lowres", 1)]
    public void Makes_the_latents_and_the_picture_that_diffusers_makes(string run, string prompt, string negative, double guidance)
    {
        var request = new SamplingRequest(prompt, negative, Seed, 80, 64);
        var options = new SamplingOptions("Euler", 6, guidance);
        var expected = _numbers.Read($"{run}.latents_per_step");
        var steps = new List<double>();

        var latents = _sampler.GenerateLatents([request], options, step => steps.Add(Difference(step.Latents[0], expected[step.Step - 1])), Cancel);
        var picture = _sampler.Generate([request], options, cancel: Cancel)[0];

        Assert.Equal(6, steps.Count);
        Assert.All(steps, difference => Assert.InRange(difference, 0, guidance == 1 ? Tolerance : GuidedTolerance));
        using var noGrad = no_grad();
        var image = (golden.Model.Vae.Decode(latents / golden.Model.Vae.ScalingFactor) + 1) / 2;
        var reference = _numbers.Read($"{run}.image_0_1");
        Assert.InRange(Difference(image.clamp(0, 1), reference), 0, Tolerance);
        var bytes = (reference[0].permute(1, 2, 0) * 255).round().flatten().data<float>().ToArray();
        Assert.All(picture.Zip(bytes), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1));
    }

    /// <summary>Random weights: what they make of noise is no picture, and its pixels are off by more than those that <see cref="Slipway.Diffusion.Vae.AutoencoderKL.ForDecoding"/> makes of pictures.</summary>
    [Fact]
    public void Decodes_in_bf16_where_that_is_asked_for_and_leaves_no_tensor_alive()
    {
        var request = new SamplingRequest("a cat", "", Seed, 64, 64);
        var options = new SamplingOptions("Euler", 2, 1);
        var expected = _sampler.Generate([request], options, cancel: Cancel)[0];
        var live = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        var picture = _sampler.Generate([request], options with { DecodesInBFloat16 = true }, cancel: Cancel)[0];
        Assert.Equal(live, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
        Assert.InRange(picture.Zip(expected).Max(pair => Math.Abs(pair.First - pair.Second)), 1, 8);
        Assert.Equal(expected, _sampler.Generate([request], options, cancel: Cancel)[0]);
    }

    [Fact]
    public void Starts_from_the_noise_that_diffusers_draws()
    {
        using var noise = randn([1, 4, 8, 10], generator: new Generator((ulong)Seed));
        Assert.Equal(0, Difference(noise, _numbers.Read("initial_noise_before_sigma_scaling")));
    }

    /// <summary>Rows of a product may be summed in another order in a larger batch: last bits may differ, a rounded byte by one.</summary>
    [Fact]
    public void A_picture_does_not_depend_on_what_shares_its_batch()
    {
        var options = new SamplingOptions("Euler a", 3, 5, BatchSize: 4);
        SamplingRequest[] requests =
        [
            new("a cat", "", 1, 32, 32), new("a dog", "", 2, 32, 32), new("a cat BREAK blue", "", 3, 32, 32), new("a cat", "a dog BREAK red", 4, 32, 32),
        ];
        var together = _sampler.Generate(requests, options, cancel: Cancel);
        foreach (var (request, picture) in requests.Zip(together))
        {
            var alone = _sampler.Generate([request], options, cancel: Cancel)[0];
            Assert.All(picture.Zip(alone), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1));
        }
    }

    [Fact]
    public void Another_seed_prompt_negative_prompt_or_spacing_gives_another_picture()
    {
        var options = new SamplingOptions("DPM++ 2M", 3, 5);
        var request = new SamplingRequest("a cat", "", 1, 32, 32);
        byte[][] pictures =
        [
            .. _sampler.Generate([request, request with { Seed = 2 }, request with { Prompt = "a (cat:1.5)" }, request with { NegativePrompt = "a dog" }], options, cancel: Cancel),
            .. _sampler.Generate([request], options with { Spacing = "trailing" }, cancel: Cancel),
        ];
        Assert.Equal(5, pictures.Select(Convert.ToHexString).Distinct().Count());
    }

    [Fact]
    public void Tells_of_every_step()
    {
        var steps = new List<(int Finished, int Batch, int Step)>();
        SamplingRequest[] requests = [.. Enumerable.Range(1, 3).Select(seed => new SamplingRequest("a cat", "", seed, 32, 32))];
        _sampler.Generate(requests, new SamplingOptions("Euler", 2, 1, BatchSize: 2), step => steps.Add((step.Finished, step.Batch, step.Step)), Cancel);
        Assert.Equal([(0, 2, 1), (0, 2, 2), (2, 1, 1), (2, 1, 2)], steps);
    }

    public static TheoryData<string, string> SamplersAndSpacings()
    {
        var data = new TheoryData<string, string>();
        foreach (var sampler in Sampler.Names)
            foreach (var spacing in TimestepSpacing.Names)
                data.Add(sampler, spacing);
        return data;
    }

    [Theory]
    [MemberData(nameof(SamplersAndSpacings))]
    public void A_schedule_with_zero_terminal_SNR_gives_finite_latents(string sampler, string spacing)
    {
        var model = golden.With(new NoiseConfiguration { RescaleBetasZeroSnr = true, PredictionType = "v_prediction", TimestepSpacing = spacing });
        var latents = new TextToImage(model).GenerateLatents([new SamplingRequest("a cat", "", 1, 32, 32)], new SamplingOptions(sampler, 4, 5), cancel: Cancel);
        Assert.InRange(latents.abs().max().item<float>(), 0.1f, 1000);
    }

    [Theory]
    [InlineData("Eular", 3, 32, null, "no sampler 'Eular'")]
    [InlineData("Euler", 0, 32, null, "`steps` is 0")]
    [InlineData("DPM++ 2M", 1000, 32, null, "expected 1 to 999")]
    [InlineData("Euler", 3, 36, null, "multiples of 8")]
    [InlineData("Euler", 3, 32, "even", "'even'")]
    public void Names_what_cannot_be(string sampler, int steps, int width, string? spacing, string problem)
    {
        var exception = Assert.Throws<ArgumentException>(
            () => _sampler.Generate([new SamplingRequest("a cat", "", 1, width, 32)], new SamplingOptions(sampler, steps, 5, Spacing: spacing), cancel: Cancel));
        Assert.Contains(problem, exception.Message, StringComparison.Ordinal);
    }

    private static double Difference(Tensor actual, Tensor expected) => (actual - expected).abs().max().item<float>();
}
