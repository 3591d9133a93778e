using Slipway.Training.Options;

namespace Slipway.Training.Schedules;

/// <summary>
/// The learning rate of each optimizer step, as a factor of the base rate. Names and curves are those of
/// sd-scripts' <c>lr_scheduler</c> (Hugging Face's <c>get_scheduler</c>): with warm-up the first step's rate is exactly 0,
/// and <c>polynomial</c> ends at 1e-7, not at 0.
/// </summary>
public sealed class LrSchedule
{
    private const double PolynomialEnd = 1e-7;

    private readonly int _numCycles;
    private readonly double _power;
    private readonly int _decaySteps;
    private readonly double _minRatio;
    private readonly int _timescale;

    /// <param name="name">One of <see cref="TrainingOptions.LrSchedulers"/>.</param>
    /// <param name="totalSteps">Optimizer steps of the whole training.</param>
    /// <param name="warmup">Optimizer steps, or a share of <paramref name="totalSteps"/> when below 1.</param>
    /// <param name="numCycles"><c>lr_scheduler_num_cycles</c>, for <c>cosine_with_restarts</c>.</param>
    /// <param name="power"><c>lr_scheduler_power</c>, for <c>polynomial</c>.</param>
    /// <param name="tail">For <c>cosine_with_min_lr</c>, <c>warmup_stable_decay</c> and <c>inverse_sqrt</c>.</param>
    /// <exception cref="ArgumentException">An unknown name, or a value that the schedule cannot have.</exception>
    public LrSchedule(string name, int totalSteps, double warmup = 0, int numCycles = 1, double power = 1, LrTail? tail = null)
    {
        tail ??= new LrTail();
        if (Problem(name, totalSteps, warmup, tail) is { } problem)
            throw new ArgumentException(problem, nameof(name));
        (WarmupSteps, _decaySteps) = (Steps(warmup, totalSteps), Steps(tail.LrDecaySteps, totalSteps));
        (_minRatio, _timescale) = (tail.LrSchedulerMinLrRatio, tail.LrSchedulerTimescale ?? (WarmupSteps > 0 ? WarmupSteps : 10_000));
        Name = name;
        TotalSteps = totalSteps;
        _numCycles = numCycles;
        _power = power;
    }

    /// <summary>What a schedule cannot have; null where nothing is wrong. Seen before a training begins.</summary>
    /// <param name="name">One of <see cref="TrainingOptions.LrSchedulers"/>.</param>
    /// <param name="totalSteps">Optimizer steps of the whole training.</param>
    /// <param name="warmup">Optimizer steps, or a share of <paramref name="totalSteps"/> when below 1.</param>
    /// <param name="tail">For <c>warmup_stable_decay</c>.</param>
    public static string? Problem(string name, int totalSteps, double warmup, LrTail tail)
    {
        ArgumentNullException.ThrowIfNull(tail);
        if (!TrainingOptions.LrSchedulers.Contains(name))
            return $"lr_scheduler: '{name}' is not known; use one of {string.Join(", ", TrainingOptions.LrSchedulers)}.";
        if (totalSteps < 1)
            return $"max_train_steps: {totalSteps} is not a number of steps; use 1 or more.";
        if (!(warmup >= 0) || (warmup >= 1 && warmup != Math.Floor(warmup)))
            return $"lr_warmup_steps: {warmup} is neither a number of steps nor a share below 1.";
        var (rising, falling) = (Steps(warmup, totalSteps), Steps(tail.LrDecaySteps, totalSteps));
        if (name == "constant" && rising != 0)
            return $"lr_warmup_steps: 'constant' has no warm-up, found {warmup}; use lr_scheduler constant_with_warmup.";
        if (rising > totalSteps)
            return $"lr_warmup_steps: {rising} is more than the {totalSteps} steps of the training.";
        return name == "warmup_stable_decay" && (falling < 1 || rising + falling > totalSteps)
            ? $"lr_decay_steps: {tail.LrDecaySteps} with {rising} steps of warm-up do not fit into {totalSteps} steps; use 1 or more, or a share of all below 1."
            : null;
    }

    private static int Steps(double steps, int totalSteps) => (int)(steps < 1 ? steps * totalSteps : steps);

    /// <summary>One of <see cref="TrainingOptions.LrSchedulers"/>.</summary>
    public string Name { get; }

    /// <summary>Optimizer steps of the whole training.</summary>
    public int TotalSteps { get; }

    /// <summary>Optimizer steps in which the rate rises from 0.</summary>
    public int WarmupSteps { get; }

    /// <summary>The rate of optimizer step <paramref name="step"/>, counted from 0, for a group whose base rate is <paramref name="baseRate"/>.</summary>
    public double Rate(int step, double baseRate)
    {
        if (step < WarmupSteps)
            return baseRate * step / WarmupSteps;
        var progress = (double)(step - WarmupSteps) / Math.Max(1, TotalSteps - WarmupSteps);
        return Name switch
        {
            "linear" => baseRate * Math.Max(0, 1 - progress),
            "cosine" => baseRate * Math.Max(0, 0.5 * (1 + Math.Cos(Math.PI * progress))),
            "cosine_with_restarts" => progress >= 1 ? 0 : baseRate * Math.Max(0, 0.5 * (1 + Math.Cos(Math.PI * (_numCycles * progress % 1)))),
            "polynomial" => Polynomial(progress, baseRate),
            "cosine_with_min_lr" => baseRate * Math.Max(0, (Cosine(progress) * (1 - _minRatio)) + _minRatio),
            "warmup_stable_decay" => baseRate * Decay(step),
            "inverse_sqrt" => baseRate / Math.Sqrt((step + _timescale - WarmupSteps) / (double)_timescale),
            _ => baseRate,
        };
    }

    private double Decay(int step)
    {
        var start = TotalSteps - _decaySteps;
        if (step < start)
            return 1;
        return step >= TotalSteps ? _minRatio : (Math.Max(0, Cosine((step - start) / (double)_decaySteps)) * (1 - _minRatio)) + _minRatio;
    }

    private double Cosine(double progress) => 0.5 * (1 + Math.Cos(Math.PI * _numCycles * progress));

    private double Polynomial(double progress, double baseRate) =>
        baseRate <= PolynomialEnd || progress >= 1
            ? Math.Min(baseRate, PolynomialEnd)
            : (baseRate - PolynomialEnd) * Math.Pow(1 - progress, _power) + PolynomialEnd;
}
