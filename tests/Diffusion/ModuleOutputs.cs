using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests;

/// <summary>What chosen modules of a network gave when they were last called.</summary>
internal sealed class ModuleOutputs
{
    private readonly Dictionary<string, Tensor> _outputs = new(StringComparer.Ordinal);

    /// <param name="network">Is watched as long as it lives.</param>
    /// <param name="paths">Paths of modules.</param>
    public ModuleOutputs(nn.Module network, IReadOnlyCollection<string> paths)
    {
        foreach (var (path, module) in network.named_modules().Where(entry => paths.Contains(entry.name)))
        {
            switch (module)
            {
                case nn.Module<Tensor, Tensor> one: one.register_forward_hook((_, _, output) => Keep(path, output)); break;
                case nn.Module<Tensor, Tensor, Tensor> two: two.register_forward_hook((_, _, _, output) => Keep(path, output)); break;
                default: throw new ArgumentException($"{path}: cannot be watched.", nameof(paths));
            }
        }
    }

    public Tensor this[string path] => _outputs[path];

    private Tensor Keep(string path, Tensor output)
    {
        _outputs[path] = output.detach().clone().DetachFromDisposeScope();
        return output;
    }
}
