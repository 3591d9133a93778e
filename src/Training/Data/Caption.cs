using System.Text.RegularExpressions;
using Slipway.Training.Options;
using Slipway.Training.Randomness;

namespace Slipway.Training.Data;

/// <summary>A caption is a line of tags separated by commas; this is what the text encoders are given of it at one step.</summary>
public static class Caption
{
    private const char Comma = ',';

    // Braces that nobody closes, as many as there are, are passed over in one go.
    private static readonly Regex Wildcard = new(@"\{(?<choices>[^}]+)\}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);

    /// <summary>
    /// The caption of one use, by sd-scripts' rules: dropped, or prefix + tags (kept ones first, the others shuffled, then
    /// dropped) + suffix. Without shuffling or tag dropout the text stays as it is written, spaces included. Of several
    /// lines the first counts; with wildcards, one by chance.
    /// </summary>
    /// <param name="caption">As it is written.</param>
    /// <param name="options">How it varies.</param>
    /// <param name="random">What chance decides.</param>
    /// <param name="when">What goes by epochs and steps.</param>
    public static string Compose(string caption, CaptionOptions options, RandomNumbers random, CaptionMoment when = default)
    {
        ArgumentNullException.ThrowIfNull(caption);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        if (options.CaptionDropoutRate > 0 && random.NextDouble() < options.CaptionDropoutRate)
            return "";
        if (options.CaptionDropoutEveryNEpochs > 0 && when.Epoch > 0 && when.Epoch % options.CaptionDropoutEveryNEpochs == 0)
            return "";
        var lines = Surround(caption, options).ReplaceLineEndings("\n").Split('\n');
        var text = options.EnableWildcard ? Choose(lines.Length > 1 ? lines[random.Next(lines.Length)] : lines[0], random) : lines[0];
        return Separated(options.VariesTags ? Vary(text, options, random, when) : text, options);
    }

    /// <summary>Every text that <see cref="Compose"/> can make of a caption when it is fixed.</summary>
    internal static IEnumerable<string> FixedTexts(string caption, CaptionOptions options)
    {
        yield return Compose(caption, options with { CaptionDropoutRate = 0, CaptionDropoutEveryNEpochs = 0 }, new SeedStream(0, "caption"));
        if (options.CanBeDropped)
            yield return "";
    }

    private static string Surround(string caption, CaptionOptions options)
    {
        var text = options.CaptionPrefix.Length > 0 ? options.CaptionPrefix + " " + caption : caption;
        return options.CaptionSuffix.Length > 0 ? text + " " + options.CaptionSuffix : text;
    }

    // Doubled braces stand for themselves; private-use letters hold their places meanwhile.
    private static string Choose(string line, RandomNumbers random)
    {
        var held = line.Replace("{{", "\uE000", StringComparison.Ordinal).Replace("}}", "\uE001", StringComparison.Ordinal);
        var chosen = Wildcard.Replace(held, match => match.Groups["choices"].Value.Split('|') is var choices ? choices[random.Next(choices.Length)] : "");
        return chosen.Replace('\uE000', '{').Replace('\uE001', '}');
    }

    private static string Vary(string text, CaptionOptions options, RandomNumbers random, CaptionMoment when)
    {
        var (kept, free, last) = Parts(text, options);
        free = free[..Math.Min(free.Length, WarmedUp(free.Length, options, when))];
        if (options.ShuffleCaption)
            random.Shuffle(free.AsSpan());
        var rate = options.CaptionTagDropoutRate;
        return string.Join(", ", [.. kept, .. free.Where(_ => rate == 0 || random.NextDouble() >= rate), .. last]);
    }

    // Grows in equal steps from the least number of tags to all of them.
    private static int WarmedUp(int tags, CaptionOptions options, CaptionMoment when)
    {
        var steps = options.TokenWarmupStep < 1 ? Math.Floor(options.TokenWarmupStep * when.Steps) : options.TokenWarmupStep;
        return when.Step >= steps ? tags : (int)Math.Floor(when.Step * ((tags - options.TokenWarmupMin) / steps)) + options.TokenWarmupMin;
    }

    private static (string[] Kept, string[] Free, string[] Last) Parts(string text, CaptionOptions options)
    {
        if (options.KeepTokensSeparator.Length > 0 && text.Contains(options.KeepTokensSeparator, StringComparison.Ordinal))
        {
            const StringSplitOptions clean = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
            var parts = text.Split(options.KeepTokensSeparator, 3);
            return (parts[0].Split(Comma, clean), parts[1].Split(Comma, clean), parts.Length > 2 ? parts[2].Split(Comma, clean) : []);
        }
        var tags = text.Trim().Split(Comma, StringSplitOptions.TrimEntries);
        var kept = Math.Min(options.KeepTokens, tags.Length);
        return (tags[..kept], tags[kept..], []);
    }

    private static string Separated(string text, CaptionOptions options) =>
        options.SecondarySeparator.Length > 0 ? text.Replace(options.SecondarySeparator, Comma.ToString(), StringComparison.Ordinal) : text;
}
