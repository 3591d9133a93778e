namespace Slipway.Engine.Files;

/// <summary>
/// Why a file that Slipway wrote does not give what was written. Its bytes are others, and stay so: that is damage, and what it held is made again. Or the
/// system does not give them (a disk or a network that fails, a right that is missing): they may be whole, and are left where they are.
/// </summary>
/// <param name="Text">As behind the file's name: <c>is cut off</c>, <c>cannot be read: …</c>.</param>
/// <param name="Cause">What the system said; null where it gave the bytes.</param>
public sealed record Flaw(string Text, Exception? Cause = null)
{
    /// <summary>Whether the bytes are others.</summary>
    public bool IsDamage => Cause is null;

    /// <summary>Whether the system does not give a file that is there.</summary>
    public static bool IsUnreadable(Exception exception) =>
        exception is UnauthorizedAccessException or (IOException and not (FileNotFoundException or DirectoryNotFoundException or EndOfStreamException));

    /// <summary>That of a file which the system does not give.</summary>
    public static Flaw Unreadable(Exception cause)
    {
        ArgumentNullException.ThrowIfNull(cause);
        return new Flaw($"cannot be read: {cause.Message}", cause);
    }

    /// <summary>As behind the name of a file that is told to be damaged: <c>is damaged (it is cut off)</c>, <c>cannot be read: …</c>.</summary>
    public override string ToString() => IsDamage ? $"is damaged (it {Text})" : Text;

    /// <summary>What ends work that needs a file which the system does not give.</summary>
    /// <param name="file">What it is, and its path.</param>
    /// <param name="otherwise">What can be done where it stays so, without a full stop.</param>
    public Exception Refusal(string file, string otherwise)
    {
        var text = $"{file} {Text}. It stays where it is, and is used when it can be read; {otherwise}";
        return Cause is UnauthorizedAccessException ? new UnauthorizedAccessException(text, Cause) : new IOException(text, Cause!.HResult);
    }
}
