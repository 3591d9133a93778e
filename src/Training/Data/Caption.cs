namespace Slipway.Training;

/// <summary>A caption is a line of tags separated by commas; this is what the text encoders are given of it at one step.</summary>
public static class Caption
{
    /// <summary>
    /// The caption of one use: dropped, or prefix + tags (kept ones first, the others shuffled, then dropped) + suffix.
    /// Without shuffling or tag dropout the text stays as it is written, spaces included.
    /// </summary>
    public static string Compose(string caption, CaptionOptions options, SeedStream stream)
    {
        ArgumentNullException.ThrowIfNull(caption);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(stream);
        if (options.CaptionDropoutRate > 0 && stream.NextDouble() < options.CaptionDropoutRate)
            return "";
        var text = Surround(caption, options);
        return options.IsFixed ? text : Vary(text, options, stream);
    }

    /// <summary>Every text that <see cref="Compose"/> can make of a caption when it is fixed.</summary>
    internal static IEnumerable<string> FixedTexts(string caption, CaptionOptions options)
    {
        yield return Surround(caption, options);
        if (options.CaptionDropoutRate > 0)
            yield return "";
    }

    private static string Surround(string caption, CaptionOptions options)
    {
        var text = options.CaptionPrefix.Length > 0 ? options.CaptionPrefix + " " + caption : caption;
        return options.CaptionSuffix.Length > 0 ? text + " " + options.CaptionSuffix : text;
    }

    private static string Vary(string text, CaptionOptions options, SeedStream stream)
    {
        var tags = text.Trim().Split(',', StringSplitOptions.TrimEntries);
        var kept = Math.Min(options.KeepTokens, tags.Length);
        if (options.ShuffleCaption)
            stream.Shuffle(tags.AsSpan(kept));
        var rate = options.CaptionTagDropoutRate;
        return string.Join(", ", tags.Where((_, i) => i < kept || rate == 0 || stream.NextDouble() >= rate));
    }
}
