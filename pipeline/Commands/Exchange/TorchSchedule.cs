using System.Globalization;

namespace Slipway.Pipeline.Commands.Exchange;

/// <summary>
/// sd-scripts' <c>lr_scheduler_type</c>: a class of PyTorch's <c>torch.optim.lr_scheduler</c>, or of anybody's, with
/// <c>lr_scheduler_args</c>. Some of PyTorch's, with some of their arguments, are courses that a plan has.
/// </summary>
/// <param name="type">The class.</param>
/// <param name="arguments"><c>key=value</c> each.</param>
/// <param name="steps">Optimizer steps of the training; null: they are not known, because it is counted in epochs.</param>
/// <param name="rate">The one learning rate; null: there are several.</param>
internal sealed class TorchSchedule(string type, IReadOnlyList<string> arguments, int? steps, double? rate)
{
    private const string Module = "torch.optim.lr_scheduler.";

    private readonly Dictionary<string, double> _numbers = arguments.Select(argument => argument.Split('=', 2))
        .Where(pair => pair.Length == 2 && double.TryParse(pair[1], NumberStyles.Float, CultureInfo.InvariantCulture, out _))
        .GroupBy(pair => pair[0].Trim(), StringComparer.Ordinal)
        .ToDictionary(pairs => pairs.Key, pairs => double.Parse(pairs.Last()[1], NumberStyles.Float, CultureInfo.InvariantCulture), StringComparer.Ordinal);

    /// <summary>The plan's options that give the same course, <c>polynomial</c> but for its end, which is 1e-7 and not 0; null: none do.</summary>
    public IReadOnlyDictionary<string, string>? Options() => (type.StartsWith(Module, StringComparison.Ordinal) ? type[Module.Length..] : type) switch
    {
        "ConstantLR" when Of("factor", 1.0 / 3) == 1 || Of("total_iters", 5) == 0 => Course("constant"),
        "LinearLR" when Of("start_factor", 1.0 / 3) == 1 && Of("end_factor", 1) == 1 => Course("constant"),
        "LinearLR" when Of("start_factor", 1.0 / 3) == 1 && Of("end_factor", 1) == 0 && IsWhole("total_iters", 5) => Course("linear"),
        "PolynomialLR" when Of("power", 1) == 1 && IsWhole("total_iters", 5) => Course("linear"),
        "PolynomialLR" when Of("power", 1) is > 0 and var power && IsWhole("total_iters", 5) => Course("polynomial", ("lr_scheduler_power", power)),
        "CosineAnnealingLR" when IsWhole("T_max", 0) => Cosine(),
        "CosineAnnealingWarmRestarts" when Of("T_mult", 1) == 1 && Of("eta_min", 0) == 0 && Of("T_0", 0) is > 0 and var length && steps % length == 0 =>
            Course("cosine_with_restarts", ("lr_scheduler_num_cycles", steps!.Value / length)),
        "ExponentialLR" when Of("gamma", 0) == 1 => Course("constant"),
        _ => null,
    };

    private Dictionary<string, string>? Cosine() => Of("eta_min", 0) switch
    {
        0 => Course("cosine"),
        > 0 and var least when least <= rate => Course("cosine_with_min_lr", ("lr_scheduler_min_lr_ratio", least / rate.Value)),
        _ => null,
    };

    private double Of(string name, double otherwise) => _numbers.GetValueOrDefault(name, otherwise);

    private bool IsWhole(string name, double otherwise) => steps is { } all && Of(name, otherwise) == all;

    private static Dictionary<string, string> Course(string name, params (string Key, double Value)[] values) =>
        values.Select(value => KeyValuePair.Create(value.Key, value.Value.ToString("R", CultureInfo.InvariantCulture))).Append(KeyValuePair.Create("lr_scheduler", name)).ToDictionary(StringComparer.Ordinal);
}
