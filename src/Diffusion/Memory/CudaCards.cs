using System.Globalization;

namespace Slipway.Diffusion.Memory;

/// <summary>A card as NVIDIA's driver describes it.</summary>
/// <param name="Name">Its model.</param>
/// <param name="Driver">Version of the driver.</param>
/// <param name="ComputeCapability">Of its processors, such as 8.6.</param>
/// <param name="Memory">All of its memory, in MiB.</param>
public sealed record CudaCard(string Name, string Driver, Version ComputeCapability, long Memory)
{
    /// <summary>Whether it computes in bfloat16: from compute capability 8.0 on (Ampere).</summary>
    public bool HasBFloat16 => ComputeCapability.Major >= 8;
}

/// <summary>The NVIDIA cards of this machine, asked of the driver's own tool.</summary>
public static class CudaCards
{
    private const string Fields = "name,driver_version,compute_cap,memory.total";

    /// <summary>All cards; none where there is no driver.</summary>
    public static IReadOnlyList<CudaCard> List() => DriverTool.Query(Fields) is { } csv ? Parse(csv) : [];

    /// <summary>The card that this process computes on; null where there is none, or nobody can tell which it is.</summary>
    public static CudaCard? Used() => DriverTool.QueryOne(Fields) is { } csv && Parse(csv) is [var card, ..] ? card : null;

    /// <summary>Lines as <c>NVIDIA GeForce RTX 3060, 550.54.14, 8.6, 12288</c>; others are messages of the tool.</summary>
    internal static IReadOnlyList<CudaCard> Parse(string csv) =>
    [
        .. from line in csv.Split('\n')
           let parts = line.Split(',', StringSplitOptions.TrimEntries)
           where parts.Length == 4 && Version.TryParse(parts[2], out _) && long.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out _)
           select new CudaCard(parts[0], parts[1], Version.Parse(parts[2]), long.Parse(parts[3], CultureInfo.InvariantCulture)),
    ];
}
