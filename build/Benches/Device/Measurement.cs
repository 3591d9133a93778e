using System.Globalization;

namespace Slipway.Build.Benches.Device;

/// <summary>What a check has found.</summary>
/// <param name="Holds">Whether it is as it must be.</param>
/// <param name="Found">In words.</param>
internal sealed record Measurement(bool Holds, string Found)
{
    /// <summary>The figures behind the words, by name; what has none is not there.</summary>
    public IReadOnlyDictionary<string, double> Figures { get; init; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>A figure that must not be above a limit; NaN is.</summary>
    /// <param name="name">Of the figure.</param>
    /// <param name="found">The figure.</param>
    /// <param name="allowed">The limit.</param>
    public static Measurement AtMost(string name, double found, double allowed) => new(found <= allowed, string.Create(CultureInfo.InvariantCulture, $"{name} {found:G2}"))
    {
        Figures = new Dictionary<string, double>(StringComparer.Ordinal) { [name.Replace(' ', '_')] = found },
    };
}
