using System.Globalization;
using System.Text.RegularExpressions;
using Slipway.Diffusion.Vae;

namespace Slipway.Diffusion.Checkpoints;

/// <summary>
/// Translates diffusers' module paths of an autoencoder (<c>decoder.up_blocks.0.resnets.1.conv1</c>) into those of the
/// original single-file checkpoints (<c>decoder.up.3.block.1.conv1</c>), whose decoder counts its levels from the
/// highest resolution, like its encoder.
/// </summary>
/// <param name="levels">Number of levels (<see cref="VaeConfiguration.BlockOutChannels"/>).</param>
internal sealed partial class VaeLayout(int levels)
{
    private static readonly Dictionary<string, string> AttentionParts = new(StringComparer.Ordinal)
    {
        ["group_norm"] = "norm",
        ["to_q"] = "q",
        ["to_k"] = "k",
        ["to_v"] = "v",
        ["to_out.0"] = "proj_out",
    };

    /// <summary>The path of a module within the original layout.</summary>
    public string SingleFilePath(string modulePath)
    {
        if (LevelPath().Match(modulePath) is { Success: true } level)
            return InLevel(level);
        if (MidPath().Match(modulePath) is { Success: true } mid)
            return $"{mid.Groups["half"].Value}.mid.{InMiddle(mid)}";
        return modulePath.Replace("conv_norm_out", "norm_out", StringComparison.Ordinal);
    }

    /// <summary>The attention's projections are 1×1 convolutions in the original.</summary>
    public static bool IsPointwise(string modulePath) => MidPath().Match(modulePath) is { Success: true } mid
        && mid.Groups["kind"].Value == "attentions" && mid.Groups["rest"].Value != "group_norm";

    private string InLevel(Match match)
    {
        var (half, index, rest) = (match.Groups["half"].Value, Number(match.Groups["level"]), match.Groups["rest"].Value);
        var level = half == "encoder" ? $"encoder.down.{index}" : $"decoder.up.{levels - 1 - index}";
        return match.Groups["kind"].Value switch
        {
            "resnets" => $"{level}.block.{match.Groups["index"].Value}.{ResnetPart(rest)}",
            "downsamplers" => $"{level}.downsample.{rest}",
            _ => $"{level}.upsample.{rest}",
        };
    }

    private static string InMiddle(Match match) => match.Groups["kind"].Value == "resnets"
        ? $"block_{Number(match.Groups["index"]) + 1}.{ResnetPart(match.Groups["rest"].Value)}"
        : $"attn_{Number(match.Groups["index"]) + 1}.{AttentionParts[match.Groups["rest"].Value]}";

    private static string ResnetPart(string part) => part == "conv_shortcut" ? "nin_shortcut" : part;

    private static int Number(Group digits) => int.Parse(digits.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<half>encoder|decoder)\.(down|up)_blocks\.(?<level>\d+)\.(?<kind>resnets|downsamplers|upsamplers)\.(?<index>\d+)\.(?<rest>.+)$", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex LevelPath();

    [GeneratedRegex(@"^(?<half>encoder|decoder)\.mid_block\.(?<kind>resnets|attentions)\.(?<index>\d+)\.(?<rest>.+)$", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex MidPath();
}
