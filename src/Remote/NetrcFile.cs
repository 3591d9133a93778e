namespace Slipway.Remote;

/// <summary>Names and passwords by host, as <c>.netrc</c> keeps them (GNU Inetutils, "The .netrc file").</summary>
internal static class NetrcFile
{
    /// <summary>The name and the password for a host; null where the text has none.</summary>
    /// <param name="text">The file's content.</param>
    /// <param name="host">Name of the host, without its port.</param>
    public static (string Login, string Password)? Find(string text, string host)
    {
        var words = new Queue<string>(Words(text));
        string? login = null, password = null;
        var isWanted = false;
        while (words.TryDequeue(out var word))
        {
            if (word is "machine" or "default")
            {
                // The first entry that fits counts; a default stands behind all others.
                if (isWanted)
                    break;
                isWanted = word == "default" || (words.TryDequeue(out var name) && name.Equals(host, StringComparison.OrdinalIgnoreCase));
            }
            else if (word is "login" or "password" or "account" && words.TryDequeue(out var value) && isWanted)
            {
                (login, password) = (word == "login" ? value : login, word == "password" ? value : password);
            }
        }

        return login is not null && password is not null ? (login, password) : null;
    }

    // A macro runs to the next empty line.
    private static IEnumerable<string> Words(string text)
    {
        var isMacro = false;
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            isMacro = line.Trim().Length > 0 && (isMacro || line.TrimStart().StartsWith("macdef", StringComparison.Ordinal));
            if (isMacro || line.TrimStart().StartsWith('#'))
                continue;
            foreach (var word in line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
                yield return word;
        }
    }
}
