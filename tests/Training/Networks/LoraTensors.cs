using Slipway.Training.Networks;

namespace Slipway.Training.Tests.Networks;

/// <summary>Tensors of a branch by their names.</summary>
internal static class LoraTensors
{
    extension(Adapter module)
    {
        public Tensor Down => module.Of("lora_down.weight");

        public Tensor Up => module.Of("lora_up.weight");

        public Tensor Of(string name) => module.Parameters.Single(parameter => parameter.Name == name).Value;
    }
}
