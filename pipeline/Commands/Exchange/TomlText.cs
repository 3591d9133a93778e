using Tomlyn;
using Tomlyn.Model;

namespace Slipway.Pipeline.Commands.Exchange;

/// <summary>Reads TOML with Tomlyn. The text is not trusted.</summary>
internal static class TomlText
{
    /// <summary>The tables of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="path">What messages call it.</param>
    /// <param name="expected">What it should have been, such as <c>TOML</c>.</param>
    /// <exception cref="InvalidDataException">It is no TOML.</exception>
    public static TomlTable Read(string text, string path, string expected = "TOML")
    {
        try
        {
            return TomlSerializer.Deserialize<TomlTable>(text) ?? [];
        }
        catch (Exception exception) when (IsRefusal(exception))
        {
            throw new InvalidDataException($"{path} is no {expected}: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    // A letter beyond Unicode, `"\UFFFFFFFF"`, goes through Tomlyn's grammar and is refused by what it makes the letter with.
    private static bool IsRefusal(Exception exception) => exception is TomlException or ArgumentOutOfRangeException;
}
