using System.Text;

namespace Slipway.Engine.Files;

/// <summary>Names of the user's as names of files: different names stay different, and none leaves its folder.</summary>
internal static class FileName
{
    /// <summary>Keeps ASCII letters, digits, <c>_</c> and <c>-</c>; writes every other byte as <c>%2F</c>.</summary>
    public static string Of(string name)
    {
        var text = new StringBuilder();
        foreach (var part in Encoding.UTF8.GetBytes(name))
        {
            if (char.IsAsciiLetterOrDigit((char)part) || part is (byte)'_' or (byte)'-')
                text.Append((char)part);
            else
                text.Append('%').Append(part.ToString("X2"));
        }

        return text.ToString();
    }
}
