namespace Slipway.Diffusion.Text;

/// <summary>
/// The printable characters that stand for the 256 bytes in a byte-level vocabulary (GPT-2's table): a byte that is a
/// visible Latin-1 character stands for itself, the others take the characters from U+0100 on.
/// </summary>
internal static class ByteUnits
{
    /// <summary>The 256 characters in vocabulary order: ids 0 to 255.</summary>
    public static readonly IReadOnlyList<char> InVocabularyOrder = [.. Visible, .. Enumerable.Range(0x100, 256 - Visible.Count()).Select(unit => (char)unit)];

    private static IEnumerable<char> Visible => Enumerable.Range(0, 256).Where(IsVisible).Select(unit => (char)unit);

    private static bool IsVisible(int value) => value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
}
