using System.Globalization;
using Slipway.Engine.Options;

namespace Slipway.Pipeline.Plans.Sections;

/// <summary>A size of pictures.</summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
public sealed record PictureSize(int Width, int Height)
{
    /// <summary>What every side is a multiple of, the plan's resolution too: the autoencoder and the UNet halve it up to six times in all.</summary>
    internal const int Step = 16;

    /// <summary>The longest side.</summary>
    internal const int Longest = 4096;

    /// <summary>How one is written.</summary>
    internal static Kind<PictureSize> One { get; } =
        new Mapped<string, PictureSize>(new Text { Rule = ("a size such as 832x1216, both sides multiples of 16 up to 4096", text => Parse(text) is not null) }, text => Parse(text)!, size => size.ToString());

    /// <summary>How a list of them is written.</summary>
    internal static Kind<IReadOnlyList<PictureSize>> List { get; } = new ListOf<PictureSize>(
        One,
        "a list of sizes such as [1024x1024, 832x1216], all sides multiples of 16 up to 4096");

    /// <summary>A square.</summary>
    internal static PictureSize Square(int side) => new(side, side);

    /// <summary>As it is written: <c>832x1216</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Width}x{Height}");

    private static PictureSize? Parse(string text) => text.Split('x', 'X', '×') is [var width, var height] && Side(width) is { } w && Side(height) is { } h ? new PictureSize(w, h) : null;

    private static int? Side(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var side) && side is >= Step and <= Longest && side % Step == 0 ? side : null;
}
