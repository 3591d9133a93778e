namespace Slipway.Pipeline.Plans;

/// <summary>
/// Names that belong to other rooms. They are repeated here because asking for them would load libtorch, which a run
/// that finds everything in the cache must not do; a test holds both lists together.
/// </summary>
internal static class KnownNames
{
    public static readonly string[] Samplers = ["Euler", "Euler Karras", "Euler a", "DDIM", "DPM++ 2M", "DPM++ 2M Karras"];

    public static readonly string[] Spacings = ["leading", "trailing", "linspace"];

    public static readonly string[] LrSchedulers =
        ["constant", "constant_with_warmup", "linear", "cosine", "cosine_with_restarts", "polynomial", "cosine_with_min_lr", "warmup_stable_decay", "inverse_sqrt"];

    public static readonly string[] NetworkAlgorithms = ["lora", "locon", "loha", "lokr"];

    public static readonly string[] LossTypes = ["l2", "l1", "huber", "smooth_l1"];

    public static readonly string[] HuberSchedules = ["constant", "exponential", "snr"];
}
