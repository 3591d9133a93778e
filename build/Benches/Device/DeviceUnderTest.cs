using Slipway.Diffusion.Checkpoints;
using Slipway.Diffusion.Devices;
using Slipway.Diffusion.Memory;
using Slipway.Diffusion.Model;
using Slipway.Pipeline.Plans.Sections;
using TorchSharp;

namespace Slipway.Build.Benches.Device;

/// <summary>The device that is checked.</summary>
/// <param name="Name">As a plan names it: <c>cpu</c>, <c>cuda</c>, or <c>cuda:N</c> for the card with this number.</param>
internal sealed record DeviceUnderTest(string Name)
{
    private const string Cpu = "cpu";
    private const string Cuda = "cuda";

    /// <summary>Whether it is a card and not the processor.</summary>
    public bool IsCard => Name != Cpu;

    /// <summary>libtorch's name of it: of several cards this process sees one alone.</summary>
    public torch.Device Torch => torch.device(IsCard ? Cuda : Cpu);

    /// <summary>What is trained in there.</summary>
    public torch.ScalarType Precision => IsCard ? torch.ScalarType.BFloat16 : torch.ScalarType.Float32;

    /// <summary>Finds it, and sets libtorch up as a run does.</summary>
    /// <param name="asked">Its name; null: a card where libtorch finds one, else the processor.</param>
    /// <exception cref="InvalidOperationException">libtorch finds no such device.</exception>
    public static DeviceUnderTest Find(string? asked)
    {
        if (asked is not null && DeviceNames.NumberOf(asked) is { } card)
            VisibleCard.Choose(card);
        FirstUse.Require();
        var device = new DeviceUnderTest(asked ?? (torch.cuda_is_available() ? Cuda : Cpu));
        if (!device.IsCard)
            return device;
        if (!torch.cuda_is_available())
            throw new InvalidOperationException("libtorch finds no usable CUDA device: start with `TorchBackend=cuda ./build.sh` on a machine with an NVIDIA card; --target=Doctor says what is here.");
        DeterministicAlgorithms.Use(on: true);
        return device;
    }

    /// <summary>What it is: a card's model, compute capability and driver.</summary>
    public string Describe() => !IsCard
        ? "the processor"
        : CudaCards.Used() is { } card ? $"{card.Name}, compute capability {card.ComputeCapability}, driver {card.Driver}" : "a card that the driver does not tell of";

    /// <summary>A model with its weights, on it.</summary>
    /// <param name="path">As <see cref="SdxlCheckpoint.Load"/> takes it.</param>
    /// <param name="precision">Of UNet and text encoders.</param>
    public SdxlModel Load(string path, torch.ScalarType precision) => SdxlCheckpoint.Load(path, Torch, precision);
}
