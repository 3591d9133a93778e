using System.Globalization;

namespace Slipway.Engine.Execution;

/// <summary>Which NVIDIA cards a machine has, found without loading CUDA: another model takes other kernels, and other last bits.</summary>
/// <param name="Cards">The models as the driver names them, such as <c>NVIDIA H200</c>; none where there is no card, or no driver that tells.</param>
/// <param name="Variables">The environment's variables by name; null for one that is not set.</param>
public sealed record CudaFacts(IReadOnlyList<string> Cards, Func<string, string?> Variables)
{
    /// <summary>Where the Linux driver keeps a folder for each card.</summary>
    public const string DriverFolder = "/proc/driver/nvidia/gpus";

    /// <summary>Where it says which version it is.</summary>
    public const string DriverFile = "/proc/driver/nvidia/version";

    /// <summary>The role of the card's model.</summary>
    public const string Card = "card";

    /// <summary>Its value where there is none.</summary>
    public const string NoCard = "none found";

    private const string Model = "Model:";

    /// <summary>Variables that choose among cards.</summary>
    private static readonly string[] Choices = ["CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER"];

    /// <summary>The card that was chosen by its number, from 0; null: whichever comes first.</summary>
    public int? Number { get; init; }

    /// <summary>The facts of this machine.</summary>
    /// <param name="card">See <see cref="Number"/>.</param>
    public static CudaFacts Read(int? card = null) => new(CardsIn(DriverFolder), Environment.GetEnvironmentVariable) { Number = card };

    /// <summary>The driver's version, such as <c>570.124.06</c>; null where there is none. It changes no kernel of libtorch's, and so no key.</summary>
    /// <param name="file"><see cref="DriverFile"/>; it may be missing.</param>
    public static string? DriverIn(string file) => !File.Exists(file)
        ? null
        : File.ReadLines(file).FirstOrDefault()?.Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(word => char.IsAsciiDigit(word[0]) && word.Contains('.', StringComparison.Ordinal));

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
        0 => [(Card, NoCard)],
        1 => [(Card, Cards[0])],
        _ when Number < Cards.Count && !Chosen.Any() => [(Card, Cards[Number.Value])],
        _ => [(Card, string.Join(", ", Cards)), .. Chosen, .. Number is { } number ? new[] { ("card_number", number.ToString(CultureInfo.InvariantCulture)) } : []],
    };

    private IEnumerable<(string Role, string Value)> Chosen =>
        from name in Choices
        let value = Variables(name)
        where !string.IsNullOrWhiteSpace(value)
        select (name, value.Trim());
}
