using System.Text.RegularExpressions;
using Slipway.Testing;
using Xunit;

namespace Slipway.Architecture.Tests;

/// <summary>
/// A card does what it is told while its host goes on, until the host asks for a number, or copies without saying that it will not wait. In a training step that is
/// once, at its end. No hook of libtorch's sees it: TorchSharp reads the memory of tensors itself.
/// </summary>
public sealed partial class WaitTests
{
    // Rooms that a step goes through.
    private static readonly string[] Rooms =
    [
        "Slipway.Training.Loop", "Slipway.Training.Losses", "Slipway.Training.Optimizers", "Slipway.Training.Networks", "Slipway.Training.Networks.Adapters", "Slipway.Training.Data", "Slipway.Training.Noise",
        "Slipway.Training.Schedules", "Slipway.Training.Randomness", "Slipway.Training.State", "Slipway.Training.Hooks",
        "Slipway.Diffusion.Modules", "Slipway.Diffusion.UNets", "Slipway.Diffusion.Text", "Slipway.Diffusion.Noise", "Slipway.Diffusion.Model", "Slipway.Diffusion.Memory", "Slipway.Diffusion.Devices",
    ];

    /// <summary>Who else reads numbers does so before the first step or between two, on the CPU, or because an option asks for it.</summary>
    private static readonly IReadOnlyDictionary<string, string> Readers = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        // The one of a step: the losses of its micro-batches and the norm of the gradients.
        ["Slipway.Training.Loop.TrainingStep"] = "cpu 1, data 1",

        // Options that cost a wait of their own: `Prodigy` two, `scale_weight_norms` one.
        ["Slipway.Training.Optimizers.Prodigy"] = "item 2",
        ["Slipway.Training.Networks.ScaleWeightNorms"] = "cpu 1, data 1",

        // For callers who take no step of a training.
        ["Slipway.Training.Optimizers.GradientNorm"] = "item 1",

        // Timesteps, masks and schedules, which are on the CPU with a card too.
        ["Slipway.Training.Losses.DenoisingLoss"] = "cpu 1, data 1",
        ["Slipway.Training.Data.LatentMasks"] = "data 1",
        ["Slipway.Diffusion.Noise.NoiseSchedule"] = "data 2",

        // What is encoded once, states that are resumed, weights that go away and come back.
        ["Slipway.Training.Data.LatentCache"] = "cpu 1",
        ["Slipway.Training.Data.TextConditioning"] = "cpu 2",
        ["Slipway.Training.State.SavedState"] = "data 1",
        ["Slipway.Diffusion.Model.FrozenWeights"] = "cpu 2",
        ["Slipway.Diffusion.Model.PartResidence"] = "cpu 1",
    };

    /// <summary>Moves that wait: before the first step or between two, but for an adaptive noise scale, which needs the latents on the CPU.</summary>
    private static readonly string[] Moves =
    [
        "src/Diffusion/Model/FrozenWeights.cs: .to(_model.Device, copy: !_inEightBits)",
        "src/Diffusion/Model/PartResidence.cs: .to(model.Device)",
        "src/Diffusion/Modules/WeightSlots.cs: .to(device)",
        "src/Training/Data/LatentCache.cs: .to(_model.Device)",
        "src/Training/Data/LatentCache.cs: .to(_model.Device)",
        "src/Training/Networks/Adapters/AdapterTensors.cs: .to(ScalarType.Float32, device)",
        "src/Training/Networks/Adapters/DoraMagnitude.cs: .to(ScalarType.Float32, layer.Weight.device)",
        "src/Training/Noise/NoiseOffset.cs: .to(noise.dtype, noise.device)",
        "src/Training/Optimizers/BlockQuantized.cs: tensor(map, device: device)",
        "src/Training/Optimizers/BlockQuantized.cs: tensor([.. map.Zip(map.Skip(1), (low, high) => (low + high) / 2)], device: device)",
    ];

    [Fact]
    public void A_step_reads_numbers_once()
    {
        var found = new[] { "Slipway.Training.dll", "Slipway.Diffusion.dll" }.SelectMany(name => TensorReads.Of(Path.Combine(AppContext.BaseDirectory, name)))
            .Where(reader => Rooms.Contains(reader.Key[..reader.Key.LastIndexOf('.')]));
        Assert.Equal(Lines(Readers), Lines(found));
    }

    [Fact]
    public void What_goes_to_the_device_in_a_step_is_not_waited_for()
    {
        var files = Rooms.Select(room => Path.Combine(Repository.Root, "src", room["Slipway.".Length..].Replace('.', Path.DirectorySeparatorChar)))
            .SelectMany(folder => Directory.GetFiles(folder, "*.cs")).Order(StringComparer.Ordinal);
        var found = files.SelectMany(file => Move().Matches(File.ReadAllText(file)).Select(move => move.Value).Where(move => !move.Contains("non_blocking: true", StringComparison.Ordinal))
            .Select(move => $"{Path.GetRelativePath(Repository.Root, file).Replace('\\', '/')}: {move}"));
        Assert.Equal(Moves, found);
    }

    private static IEnumerable<string> Lines(IEnumerable<KeyValuePair<string, string>> calls) => calls.Select(pair => $"{pair.Key}: {pair.Value}").Order(StringComparer.Ordinal);

    // To where another tensor is, or to a device; and a tensor of numbers that is made there, which is moved behind the scenes.
    [GeneratedRegex(@"\.(to|cuda)\([^()]*[dD]evice[^()]*\)|\btensor\([^;]*?, device: (?!timesteps\.device|values\.device|META)[^)]*\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex Move();
}
