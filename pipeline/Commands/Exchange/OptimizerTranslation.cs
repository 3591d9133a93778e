using System.Globalization;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Commands.Exchange;

/// <summary>What sd-scripts is told of learning rates, their course and the optimizer, as a plan says it.</summary>
/// <param name="options">The options; what is told otherwise in a plan is replaced.</param>
/// <param name="notes">Takes what will differ.</param>
internal sealed class OptimizerTranslation(ForeignOptions options, ICollection<string> notes)
{
    /// <summary>Replaces them; how long the training is must be known.</summary>
    public void Translate()
    {
        Rates();
        Schedule();
        Optimizer();
    }

    private void Optimizer()
    {
        foreach (var (flag, optimizer) in new[] { ("use_8bit_adam", "AdamW8bit"), ("use_lion_optimizer", "Lion") })
        {
            if (ForeignOptions.IsOn(options[flag]))
                options.Set("optimizer_type", optimizer);
            options.Remove(flag);
        }

        var name = options["optimizer_type"] is { Length: > 0 } given ? given : "AdamW";
        if (Whole(name) is { } whole)
        {
            notes.Add($"`optimizer_type` {name}: {whole} was taken, which computes the same {(whole == OptimizerNames.AdamW8bit ? "without paging" : "with its state in 32 bits")}.");
            name = whole;
        }

        options.Set("optimizer_type", name);
        if (name.Equals(OptimizerNames.Prodigy, StringComparison.OrdinalIgnoreCase))
            SharedRate();
        if (name.Equals(OptimizerNames.AdamW, StringComparison.OrdinalIgnoreCase))
            options.Remove("optimizer_type");
        if (OptimizerNames.Canonical(name) is OptimizerNames.AdamW or OptimizerNames.AdamW8bit)
            AdamW();
    }

    // For SDXL sd-scripts trains both text encoders with the first of several rates.
    private void Rates()
    {
        if (options.Values.GetValueOrDefault("text_encoder_lr") is not { Count: > 1 } rates)
            return;
        options.Set("text_encoder_lr", rates[0]);
        if (!ForeignOptions.IsSame(rates[0], rates[1]))
            notes.Add($"`text_encoder_lr` {string.Join(' ', rates)}: for SDXL sd-scripts trains both text encoders with the first, and so it was taken; `text_encoder_lr2: {rates[1]}` would give the second one its own.");
    }

    // sd-scripts takes the class instead of `lr_scheduler`, and refuses a warm-up with it.
    private void Schedule()
    {
        if (options["lr_scheduler_type"] is not { Length: > 0 } type)
            return;
        var arguments = options.Values.GetValueOrDefault("lr_scheduler_args") ?? [];
        var rates = TrainedRates();
        var steps = int.TryParse(options["max_train_steps"], NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : (int?)null;
        var course = new TorchSchedule(type, arguments, steps, rates.TextEncoder == rates.UNet || rates.TextEncoder == 0 ? rates.UNet : rates.UNet == 0 ? rates.TextEncoder : null).Options();
        var written = string.Join(' ', arguments.Prepend(type));
        options.Remove("lr_scheduler_type");
        options.Remove("lr_scheduler_args");
        options.Remove("lr_warmup_steps");
        foreach (var (key, value) in course ?? new Dictionary<string, string>(StringComparer.Ordinal) { ["lr_scheduler"] = "constant" })
            options.Set(key, value);
        notes.Add(course is not null
            ? $"`lr_scheduler_type` {written}: `lr_scheduler` {course["lr_scheduler"]} is the same course{(course["lr_scheduler"] == "polynomial" ? ", but that it ends at 1e-7 and not at 0" : "")}."
            : $"`lr_scheduler_type` {written} is no course that a plan has{(steps is null ? " (with `max_train_epochs` its length is not known)" : "")}, and constant was taken; there are {string.Join(", ", TrainingOptions.LrSchedulers)}.");
    }

    /// <summary>What sd-scripts trains the parts with; 0: not at all.</summary>
    private (double TextEncoder, double UNet) TrainedRates()
    {
        var both = Rate("learning_rate") ?? Rate(SdScriptsOptions.Defaults["learning_rate"], isText: true);
        return (ForeignOptions.IsOn(options["network_train_unet_only"]) ? 0 : Rate("text_encoder_lr") ?? both ?? 0, Rate("unet_lr") ?? both ?? 0);
    }

    private double? Rate(string name, bool isText = false) =>
        double.TryParse(isText ? name : options[name], NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) ? rate : null;

    /// <summary>Prodigy has one learning rate. sd-scripts says that the first counts, which is the text encoders', and prodigyopt stops at the second.</summary>
    private void SharedRate()
    {
        var (text, unet) = TrainedRates();
        if (text > 0 && unet > 0 && text != unet)
        {
            var first = options["text_encoder_lr"] ?? options["learning_rate"] ?? SdScriptsOptions.Defaults["learning_rate"];
            notes.Add($"`optimizer_type` Prodigy has one learning rate: of the text encoders' {text.ToString("R", CultureInfo.InvariantCulture)} and the UNet's {unet.ToString("R", CultureInfo.InvariantCulture)} sd-scripts announces that the first counts, and prodigyopt stops with an error; {first} was taken for both.");
            options.Set("text_encoder_lr", first);
            options.Set("unet_lr", first);
        }

        foreach (var ratio in LoraPlusOptions.Declared.Options.Select(option => option.Name).Where(name => options[name] is { } value && !ForeignOptions.IsSame(value, "1")).ToList())
        {
            notes.Add($"`{ratio}` ({options[ratio]}): Prodigy has one learning rate, and prodigyopt stops with an error at several; it was left out.");
            options.Remove(ratio);
        }
    }

    /// <summary>Of an optimizer with its state in 8 bits or paged, which is not known, the one without; null for others.</summary>
    private static string? Whole(string name)
    {
        var unpaged = name.Replace("Paged", "", StringComparison.OrdinalIgnoreCase);
        var whole = OptimizerNames.Canonical(unpaged) ?? unpaged.Replace("8bit", "", StringComparison.OrdinalIgnoreCase);
        return whole.Equals(name, StringComparison.OrdinalIgnoreCase) ? null : whole;
    }

    private void AdamW()
    {
        if (!options.Values.TryGetValue("optimizer_args", out var arguments))
            return;
        var others = new List<string>();
        foreach (var argument in arguments)
        {
            switch (argument.Trim().Split('=', 2))
            {
                case ["betas", var betas] when betas.Trim('(', ')').Split(',', StringSplitOptions.TrimEntries) is [var first, var second]:
                    options.Set("adam_beta1", first);
                    options.Set("adam_beta2", second);
                    break;
                case ["eps", var eps]:
                    options.Set("adam_eps", eps);
                    break;
                case ["weight_decay", var decay]:
                    options.Set("weight_decay", decay);
                    break;
                default:
                    others.Add(argument);
                    break;
            }
        }

        options.Remove("optimizer_args");
        if (others.Count > 0)
            options.Set("optimizer_args", others);
    }
}
