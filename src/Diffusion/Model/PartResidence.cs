using Slipway.Diffusion.Memory;
using Slipway.Diffusion.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Model;

/// <summary>
/// Where the weights of a part of a model are: on its device, or away while nobody needs them. Of a card they wait in host memory; of the CPU,
/// whose memory that is, in the files that they were loaded from.
/// </summary>
/// <param name="name">The part's name in diffusers' layout.</param>
/// <param name="network">The part.</param>
/// <param name="model">The model.</param>
internal sealed class PartResidence(string name, nn.Module network, SdxlModel model)
{
    private readonly WeightSlots _slots = new(network);

    /// <summary>Whether the weights are away.</summary>
    public bool IsAway { get; private set; }

    private bool IsOnCpu => model.Device.type == DeviceType.CPU;

    /// <summary>Takes the weights off the device, unless little is gained, or they would not come back as they are.</summary>
    public void Leave()
    {
        if (IsAway || (IsOnCpu && !CanBeReadAgain) || _slots.Keys.Sum(key => _slots[key].numel() * _slots[key].element_size()) < model.LeastReleased)
            return;
        Move(weight => IsOnCpu ? empty(weight.shape, weight.dtype, META) : weight.cpu());
        IsAway = true;
        if (IsOnCpu)
            NativeHeap.GiveBack();
    }

    /// <summary>Brings the weights back: the very bits that they had, with what was in them beside the files'.</summary>
    public void Return()
    {
        if (!IsAway)
            return;
        foreach (var key in _slots.Keys)
            Replace(key, IsOnCpu ? model.Stored!.Read($"{name}.{key}", _slots[key].dtype) : _slots[key].to(model.Device));
        IsAway = false;
        foreach (var change in IsOnCpu ? Changes.ToList() : [])
            change!();
    }

    private bool CanBeReadAgain => model.Stored is not null && !Changes.Contains(null);

    private IEnumerable<Action?> Changes => model.Stored!.Changed.Where(module => module.Key.StartsWith(name + ".", StringComparison.Ordinal)).Select(module => module.Value);

    private void Move(Func<Tensor, Tensor> moved)
    {
        foreach (var key in _slots.Keys)
            Replace(key, moved(_slots[key]));
    }

    private void Replace(string key, Tensor values)
    {
        _slots.Fill(key, values.DetachFromDisposeScope());
        _slots[key].DetachFromDisposeScope();
    }
}
