using Slipway.Diffusion.Model;
using Slipway.Training.Networks;
using Slipway.Training.Options;
using static TorchSharp.torch;

namespace Slipway.Training.LoraFiles;

/// <summary>
/// A network that a training starts with: new, or with a file's values (<c>network_weights</c>). sd-scripts passes over whatever the
/// file and the network do not have in common, and keeps the file's alpha beside the scale of the options' one; here they must agree.
/// </summary>
internal static class ContinuedNetwork
{
    private const int MostNamed = 10;

    /// <param name="model">Gets the branches.</param>
    /// <param name="options">Ranks and alphas, and the file.</param>
    /// <param name="seed">Of what is drawn.</param>
    /// <param name="warn">Told what is left out of the file, a line each.</param>
    /// <exception cref="InvalidDataException">The file does not fit the model or the options: everything, a line each.</exception>
    public static LoraNetwork Create(SdxlModel model, LoraOptions options, long seed, Action<string>? warn = null)
    {
        if (options.Start.NetworkWeights is not { } path)
            return LoraNetwork.Create(model, options, seed);
        var loaded = LoraFile.Load(model, path, warn);
        try
        {
            return options.Start.DimFromWeights ? AsItIs(loaded, options, path) : Filled(LoraNetwork.Create(model, options, seed), loaded, path);
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }

    private static LoraNetwork AsItIs(LoraNetwork loaded, LoraOptions options, string path)
    {
        if (options.NetworkTrainUnetOnly && loaded.Adapters.FirstOrDefault(module => module.Target.Group == LoraGroup.TextEncoder) is { } encoder)
            throw new InvalidDataException($"network_weights {path}: has branches of the text encoders, such as {encoder.Name}, which network_train_unet_only would lose; set text_encoder_lr to 0 instead.");
        foreach (var module in loaded.Adapters.Where(module => module.Target.Group == LoraGroup.UNet))
            module.LrMultiplier = options.Blocks.LrMultiplier(UNetBlocks.OfLayer(module.Name));
        return loaded;
    }

    private static LoraNetwork Filled(LoraNetwork network, LoraNetwork loaded, string path)
    {
        var own = network.Adapters.ToDictionary(module => module.Name, StringComparer.Ordinal);
        var problems = loaded.Adapters.SelectMany(module => own.TryGetValue(module.Name, out var target) ? Fill(target, module) : [$"{module.Name}: the options give this layer no branch"]).ToList();
        if (problems.Count == 0)
        {
            loaded.Dispose();
            return network;
        }
        network.Dispose();
        var more = problems.Count > MostNamed ? $"\nand {problems.Count - MostNamed} more" : "";
        throw new InvalidDataException($"network_weights {path}: does not fit the options; set dim_from_weights, or the ranks, alphas and kind that it has.\n{string.Join("\n", problems.Take(MostNamed))}{more}");
    }

    private static IEnumerable<string> Fill(Adapter target, Adapter source)
    {
        using var inference = no_grad();
        if (target.Alpha != source.Alpha)
            yield return $"{source.Name}.alpha: {source.Alpha} in the file, {target.Alpha} in the options";
        var values = source.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value, StringComparer.Ordinal);
        foreach (var name in target.Parameters.Select(parameter => parameter.Name).Except(values.Keys, StringComparer.Ordinal))
            yield return $"{source.Name}.{name}: not in the file";
        foreach (var name in values.Keys.Except(target.Parameters.Select(parameter => parameter.Name), StringComparer.Ordinal))
            yield return $"{source.Name}.{name}: no part of a branch of the options' kind";
        foreach (var parameter in target.Parameters.Where(parameter => values.ContainsKey(parameter.Name)))
        {
            if (values[parameter.Name].shape.AsSpan().SequenceEqual(parameter.Value.shape))
                parameter.Value.copy_(values[parameter.Name]);
            else
                yield return $"{source.Name}.{parameter.Name}: [{string.Join(", ", values[parameter.Name].shape)}] in the file, [{string.Join(", ", parameter.Value.shape)}] by the options";
        }
    }
}
