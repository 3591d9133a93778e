using System.Globalization;
using System.Text.RegularExpressions;

namespace Slipway.Diffusion.Checkpoints;

/// <summary>
/// Translates diffusers' module paths of a UNet (<c>down_blocks.1.resnets.0.conv1</c>) into the layout of the original
/// single-file checkpoints (<c>input_blocks.4.0.in_layers.2</c>), in which LoRA files are named too.
/// The block numbers follow from the modules that are there: a block for conv_in, one a resnet, one a downsampler.
/// </summary>
public sealed partial class UNetLayout
{
    private static readonly Dictionary<string, string> OutsideBlocks = new(StringComparer.Ordinal)
    {
        ["conv_in"] = "input_blocks.0.0",
        ["time_embedding.linear_1"] = "time_embed.0",
        ["time_embedding.linear_2"] = "time_embed.2",
        ["add_embedding.linear_1"] = "label_emb.0.0",
        ["add_embedding.linear_2"] = "label_emb.0.2",
        ["conv_norm_out"] = "out.0",
        ["conv_out"] = "out.2",
    };

    private static readonly Dictionary<string, string> ResnetParts = new(StringComparer.Ordinal)
    {
        ["norm1"] = "in_layers.0",
        ["conv1"] = "in_layers.2",
        ["time_emb_proj"] = "emb_layers.1",
        ["norm2"] = "out_layers.0",
        ["conv2"] = "out_layers.3",
        ["conv_shortcut"] = "skip_connection",
    };

    private readonly Dictionary<(string Side, int Level, int Resnet), int> _blocks = [];
    private readonly Dictionary<(string Side, int Level), int> _samplers = [];
    private readonly HashSet<int> _upLevelsWithAttention = [];

    /// <param name="modulePaths">Every module path of the UNet, in any order.</param>
    public UNetLayout(IEnumerable<string> modulePaths)
    {
        var paths = modulePaths.Select(p => BlockPath().Match(p)).Where(m => m.Success).ToList();
        var resnets = paths.Where(m => m.Groups["kind"].Value == "resnets").Select(Key).Distinct().Order().ToList();
        var downsampled = paths.Where(m => m.Groups["kind"].Value == "downsamplers").Select(m => Key(m).Level).ToHashSet();
        _upLevelsWithAttention = [.. paths.Where(m => m.Groups["kind"].Value == "attentions" && Key(m).Side == "up").Select(m => Key(m).Level)];

        foreach (var (side, first) in new[] { ("down", 1), ("up", 0) })
        {
            var next = first;
            foreach (var level in resnets.Where(r => r.Side == side).GroupBy(r => r.Level))
            {
                foreach (var key in level)
                    _blocks[key] = next++;
                _samplers[(side, level.Key)] = side == "up" ? next - 1 : downsampled.Contains(level.Key) ? next++ : -1;
            }
        }
    }

    /// <summary>The path of a module within the original layout.</summary>
    /// <exception cref="ArgumentException">SDXL's UNet has no such module.</exception>
    public string SingleFilePath(string modulePath)
    {
        if (OutsideBlocks.TryGetValue(modulePath, out var outside))
            return outside;
        if (MidPath().Match(modulePath) is { Success: true } mid)
        {
            var place = Number(mid.Groups["index"]) * 2;
            return mid.Groups["kind"].Value == "resnets"
                ? $"middle_block.{place}.{ResnetPart(mid.Groups["rest"].Value)}"
                : $"middle_block.{place + 1}.{mid.Groups["rest"].Value}";
        }
        if (BlockPath().Match(modulePath) is not { Success: true } match)
            throw new ArgumentException($"UNet module '{modulePath}' lies in no block.", nameof(modulePath));

        var key = Key(match);
        var side = key.Side == "down" ? "input_blocks" : "output_blocks";
        var rest = match.Groups["rest"].Value;
        return match.Groups["kind"].Value switch
        {
            "resnets" => $"{side}.{_blocks[key]}.0.{ResnetPart(rest)}",
            "attentions" => $"{side}.{_blocks[key]}.1.{rest}",
            "downsamplers" => $"{side}.{_samplers[(key.Side, key.Level)]}.0.op",
            _ => $"{side}.{_samplers[(key.Side, key.Level)]}.{(_upLevelsWithAttention.Contains(key.Level) ? 2 : 1)}.{rest}",
        };
    }

    private static (string Side, int Level, int Resnet) Key(Match match) =>
        (match.Groups["side"].Value, Number(match.Groups["level"]), Number(match.Groups["index"]));

    private static int Number(Group digits) => int.Parse(digits.ValueSpan, CultureInfo.InvariantCulture);

    private static string ResnetPart(string part) => ResnetParts.TryGetValue(part, out var name)
        ? name
        : throw new ArgumentException($"'{part}' is no layer of a ResnetBlock.", nameof(part));

    [GeneratedRegex(@"^(?<side>down|up)_blocks\.(?<level>\d+)\.(?<kind>resnets|attentions|downsamplers|upsamplers)\.(?<index>\d+)\.(?<rest>.+)$", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex BlockPath();

    [GeneratedRegex(@"^mid_block\.(?<kind>resnets|attentions)\.(?<index>\d+)\.(?<rest>.+)$", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex MidPath();
}
