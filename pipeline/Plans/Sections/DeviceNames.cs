using System.Globalization;
using Slipway.Engine.Options;

namespace Slipway.Pipeline.Plans.Sections;

/// <summary>Names of what can compute: <c>cpu</c>, <c>cuda</c>, and <c>cuda:N</c> for one of several cards.</summary>
public static class DeviceNames
{
    private const string Cuda = "cuda";
    private const string Numbered = "cuda:";

    /// <summary>What a name may be.</summary>
    public const string Choices = "one of cpu, cuda, cuda:N";

    /// <summary>How a name is written.</summary>
    public static Kind<string> Kind { get; } = new Text { Rule = (Choices, IsOne) };

    /// <summary>Whether a text is such a name.</summary>
    public static bool IsOne(string name) => name is "cpu" or Cuda || NumberOf(name) is not null;

    /// <summary>The number of the card that a name chooses, from 0; null: none.</summary>
    public static int? NumberOf(string name) =>
        name.StartsWith(Numbered, StringComparison.Ordinal) && int.TryParse(name.AsSpan(Numbered.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The name without a number: which of several cards computes is in no byte, but for its model.</summary>
    public static string WithoutNumber(string name) => NumberOf(name) is null ? name : Cuda;
}
