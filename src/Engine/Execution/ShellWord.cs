namespace Slipway.Engine.Execution;

/// <summary>A text as one word of a POSIX shell.</summary>
public static class ShellWord
{
    /// <summary>The text as it is where no letter of it means something to a shell, else in single quotes, in which nothing does.</summary>
    public static string Of(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-') ? text : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
