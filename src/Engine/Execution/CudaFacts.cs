namespace Slipway.Engine.Execution;

/// <summary>Which NVIDIA cards a machine has, found without loading CUDA: another model takes other kernels, and other last bits.</summary>
/// <param name="Cards">The models as the driver names them, such as <c>NVIDIA H200</c>; none where there is no card, or no driver that tells.</param>
/// <param name="Variables">The environment's variables by name; null for one that is not set.</param>
public sealed record CudaFacts(IReadOnlyList<string> Cards, Func<string, string?> Variables)
{
    /// <summary>Where the Linux driver keeps a folder for each card.</summary>
    public const string DriverFolder = "/proc/driver/nvidia/gpus";

    private const string Model = "Model:";

    /// <summary>Variables that choose among cards.</summary>
    private static readonly string[] Choices = ["CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER"];

    /// <summary>The facts of this machine.</summary>
    public static CudaFacts Read() => new(CardsIn(DriverFolder), Environment.GetEnvironmentVariable);

    /// <summary>The models of the driver's cards.</summary>
    /// <param name="folder">Its folder, with a folder and an <c>information</c> for each card; it may be missing.</param>
    public static IReadOnlyList<string> CardsIn(string folder) => !Directory.Exists(folder)
        ? []
        : [.. from card in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal)
              let information = Path.Combine(card, "information")
              where File.Exists(information)
              from line in File.ReadLines(information)
              where line.StartsWith(Model, StringComparison.Ordinal)
              select line[Model.Length..].Trim()];

    /// <summary>Role and value of what can change a computation's bytes. Where all cards are of one model, it does not matter which is taken.</summary>
    public IReadOnlyList<(string Role, string Value)> Entries => Cards.Distinct(StringComparer.Ordinal).Count() switch
    {
        0 => [("card", "none found")],
        1 => [("card", Cards[0])],
        _ => [("card", string.Join(", ", Cards)), .. Chosen],
    };

    private IEnumerable<(string Role, string Value)> Chosen =>
        from name in Choices
        let value = Variables(name)
        where !string.IsNullOrWhiteSpace(value)
        select (name, value.Trim());
}
