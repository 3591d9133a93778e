using Slipway.Training.Networks.Adapters;
using Slipway.Training.Optimizers;
using Slipway.Training.Options;

namespace Slipway.Training.Tests.Optimizers;

/// <summary>Every optimizer against its reference implementation, value for value; float32 sums in another order differ by some 1e-7.</summary>
public sealed class OptimizerStepTests
{
    private const double Rate = 1e-2;

    public static TheoryData<string, string, string> Runs => new()
    {
        { "sgd", "SGD", "weight_decay=0.01" },
        { "sgd_dampened", "SGD", "momentum=0.8 dampening=0.3" },
        { "sgd_nesterov", "SGDNesterov", "weight_decay=0.01" },
        { "lion", "Lion", "" },
        { "lion_decay", "Lion", "betas=0.95,0.98 weight_decay=0.1" },
        { "adafactor", "Adafactor", "" },
        { "adafactor_warmup", "Adafactor", "warmup_init=True" },
        { "adafactor_manual", "Adafactor", "relative_step=False scale_parameter=False beta1=0.9 weight_decay=0.01 clip_threshold=0.5 decay_rate=-0.7 eps=(1e-20,1e-3)" },
        { "adafactor_scaled", "Adafactor", "relative_step=False" },
        { "prodigy", "Prodigy", "" },
        { "prodigy_all", "Prodigy", "weight_decay=0.01 d_coef=2 use_bias_correction=True safeguard_warmup=True growth_rate=1.5 d0=1e-5 betas=0.9,0.99" },
        { "prodigy_coupled", "Prodigy", "weight_decay=0.01 decouple=False beta3=0.9" },
        { "schedule_free", "AdamWScheduleFree", "" },
        { "schedule_free_all", "AdamWScheduleFree", "betas=0.95,0.99 weight_decay=0.01 warmup_steps=4 r=0.5 weight_lr_power=1" },
    };

    [Theory]
    [MemberData(nameof(Runs))]
    public void Takes_the_references_steps(string run, string type, string arguments)
    {
        using var reference = new ReferenceSteps();
        using var optimizer = Create(reference.Parameters, type, arguments);
        reference.Require(optimizer, run, Rates(run));
    }

    /// <summary>Halfway the state goes through a checkpoint's tensors into a new optimizer.</summary>
    [Theory]
    [MemberData(nameof(Runs))]
    public void Its_state_is_all_that_it_needs_to_go_on(string run, string type, string arguments)
    {
        using var reference = new ReferenceSteps();
        using var scope = NewDisposeScope();
        var optimizer = Create(reference.Parameters, type, arguments);
        for (var step = 0; step < reference.Rates.Count; step++)
        {
            if (step == 7)
            {
                var state = optimizer.State().ToDictionary(pair => pair.Key, pair => pair.Value.clone(), StringComparer.Ordinal);
                optimizer.Dispose();
                optimizer = Create(reference.Parameters, type, arguments);
                optimizer.Restore(state);
            }
            reference.Parameters.Gradients.copy_(reference.Gradients[step]);
            optimizer.Step(Rates(run)(reference.Rates[step]));
        }
        optimizer.Dispose();
        Assert.InRange(Golden.RelativeError(reference.Parameters.Values, reference.Expected(run)[^1]), 0, 5e-7);
    }

    [Theory]
    [InlineData("AdamW", "", 2e-2)]
    [InlineData("AdamW8bit", "", 2e-2)]
    [InlineData("SGD", "", 0.1)]
    [InlineData("SGDNesterov", "", 2e-2)]
    [InlineData("Lion", "", 1e-2)]
    [InlineData("Adafactor", "", 1)]
    [InlineData("Prodigy", "", 1)]
    [InlineData("AdamWScheduleFree", "", 5e-2)]
    public void A_quadratic_goes_down(string type, string arguments, double rate)
    {
        using var scope = NewDisposeScope();
        using var parameters = Quadratic();
        using var optimizer = Create(parameters, type, arguments);
        var (before, target) = (Loss(parameters.Values), arange(12, dtype: ScalarType.Float32).div(12));
        for (var step = 0; step < 300; step++)
        {
            parameters.Gradients.copy_(parameters.Values.sub(target));
            optimizer.Step([rate]);
        }
        using var found = optimizer.EvaluationValues();
        Assert.InRange(Loss(found ?? parameters.Values), 0, before / 10);
        double Loss(Tensor values) => values.sub(arange(12, dtype: ScalarType.Float32).div(12)).square().sum().item<float>();
    }

    [Fact]
    public void Lion_moves_every_value_by_its_rate()
    {
        using var scope = NewDisposeScope();
        using var parameters = Quadratic();
        using var optimizer = Create(parameters, "Lion", "");
        var before = parameters.Values.clone();
        parameters.Gradients.copy_(arange(12, dtype: ScalarType.Float32).sub(5.5).pow(3));
        optimizer.Step([0.125]);
        Assert.True((parameters.Values - before).eq(parameters.Gradients.sign() * -0.125).all().item<bool>());
    }

    /// <summary>Rows and columns tell all of a gradient whose squares are an outer product; the update is then its sign, clipped to a mean square of 1.</summary>
    [Fact]
    public void Adafactors_factors_give_an_outer_product_back()
    {
        using var scope = NewDisposeScope();
        var squares = tensor(new float[] { 1, 4, 9 }).unsqueeze(1) * tensor(new float[] { 2, 3, 5, 7 });
        var moment = FactoredMoment.In(zeros(7), 0, [3, 4]);
        moment.Add(squares, 0);
        Assert.Equal(7, FactoredMoment.Size([3, 4]));
        Assert.InRange(Golden.RelativeError(moment.InverseRoot(), squares.rsqrt()), 0, 1e-6);
    }

    /// <summary>The estimate is a sum of values minus their start, a millionth of them at first: float32 keeps two or three digits of such a difference.</summary>
    [Fact]
    public void Prodigys_distance_is_the_references_and_grows()
    {
        foreach (var (run, type, arguments) in Runs.Select(row => row.Data).Where(row => row.Item2 == "Prodigy"))
        {
            using var reference = new ReferenceSteps();
            using var optimizer = (Prodigy)Create(reference.Parameters, type, arguments);
            var expected = reference.Expected(run + ".d").data<double>().ToArray();
            reference.Require(optimizer, run, Rates(run), step => Assert.Equal(1, optimizer.Distance / expected[step], 2e-4));
            Assert.InRange(expected[^1], 3 * expected[0], 1);
        }
    }

    [Theory]
    [InlineData("schedule_free", "")]
    [InlineData("schedule_free_all", "betas=0.95,0.99 weight_decay=0.01 warmup_steps=4 r=0.5 weight_lr_power=1")]
    public void Schedule_free_is_evaluated_at_the_average(string run, string arguments)
    {
        using var reference = new ReferenceSteps();
        using var optimizer = Create(reference.Parameters, "AdamWScheduleFree", arguments);
        var expected = reference.Expected(run + ".evaluation");
        reference.Require(optimizer, run, Rates(run), step =>
        {
            using var found = optimizer.EvaluationValues();
            Assert.InRange(Golden.RelativeError(found!, expected[step]), 0, 5e-7);
        });
    }

    /// <summary>With equal weights x is the plain mean of z after each step.</summary>
    [Fact]
    public void Schedule_frees_average_is_the_mean_of_all_z()
    {
        using var scope = NewDisposeScope();
        using var parameters = Quadratic();
        using var optimizer = Create(parameters, "AdamWScheduleFree", "");
        var sum = zeros_like(parameters.Values);
        for (var step = 1; step <= 20; step++)
        {
            parameters.Gradients.copy_(parameters.Values.sub(1).mul(step % 3));
            optimizer.Step([0.05]);
            sum += optimizer.State()["z"];
        }
        using var found = optimizer.EvaluationValues();
        Assert.InRange(Golden.RelativeError(found!, sum / 20), 0, 2e-6);
    }

    [Fact]
    public void Prodigy_has_one_rate()
    {
        using var parameters = Quadratic(1, 2);
        Assert.Contains("loraplus_lr_ratio", Assert.Throws<ArgumentException>(() => Create(parameters, "Prodigy", "")).Message, StringComparison.Ordinal);
    }

    private static Func<double, double[]> Rates(string run) => run switch
    {
        "adafactor_scaled" => factor => [10 * Rate * factor, 5 * Rate * factor],
        _ when run.StartsWith("prodigy", StringComparison.Ordinal) => factor => [factor, factor],
        _ when run.StartsWith("schedule_free", StringComparison.Ordinal) => _ => [Rate, Rate / 2],
        _ => factor => [Rate * factor, Rate / 2 * factor],
    };

    private static FlatParameters Quadratic(params double[] factors) =>
        new([.. (factors is [] ? [1.0] : factors).Select(factor => new ParameterGroup(LoraGroup.UNet, factor, [new AdapterParameter("p", ones(3, 4))]))]);

    private static IOptimizer Create(FlatParameters parameters, string type, string arguments)
    {
        var options = new OptimizerOptions { OptimizerType = type, OptimizerArgs = arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries) };
        Assert.Empty(OptimizerOptions.Declared.Problems(options));
        return NewOptimizer.Create(options, parameters);
    }
}
