namespace Slipway.Engine.Files;

/// <summary>Paths as people write them, with <c>~</c> for their own folder.</summary>
public static class UserPath
{
    /// <summary>The user's folder.</summary>
    public static string Home => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);

    /// <summary>The path with the user's folder in place of <c>~</c>; another path as it is.</summary>
    public static string Expand(string path) => Expand(path, Home);

    /// <inheritdoc cref="Expand(string)"/>
    /// <param name="path">The path.</param>
    /// <param name="home">The user's folder.</param>
    public static string Expand(string path, string home)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path == "~" ? home : path.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(home, path[2..]) : path;
    }
}
