namespace Slipway.Diffusion.Text;

/// <summary>
/// The printable characters that stand for the 256 bytes in a byte-level vocabulary (GPT-2's table): a byte that is a
/// visible Latin-1 character stands for itself, the others take the characters from U+0100 on.
/// </summary>
internal static class ByteUnits
{
    /// <summary>The 256 characters in vocabulary order: ids 0 to 255.</summary>
    public static readonly IReadOnlyList<char> InVocabularyOrder;

    private static readonly char[] OfByte = new char[256];

    static ByteUnits()
    {
        var order = new List<char>(256);
        foreach (var value in Enumerable.Range(0, 256).OrderBy(value => IsVisible(value) ? 0 : 1))
        {
            OfByte[value] = IsVisible(value) ? (char)value : (char)(0x100 + order.Count - VisibleBytes);
            order.Add(OfByte[value]);
        }

        InVocabularyOrder = order;
    }

    private static int VisibleBytes => Enumerable.Range(0, 256).Count(IsVisible);

    public static char ToUnit(byte value) => OfByte[value];

    private static bool IsVisible(int value) => value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
}
