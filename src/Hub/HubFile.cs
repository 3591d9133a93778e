namespace Slipway.Hub;

/// <summary>A file of a model's repository on the Hugging Face Hub.</summary>
/// <param name="Repository">Its owner and name: <c>stabilityai/stable-diffusion-xl-base-1.0</c>.</param>
/// <param name="Revision">A commit (40 hexadecimal digits), a branch or a tag.</param>
/// <param name="Path">The file in the repository, with <c>/</c>.</param>
public sealed record HubFile(string Repository, string Revision, string Path)
{
    private const int CommitLength = 40;

    /// <summary>Whether the revision is a commit, which names the same bytes for ever.</summary>
    public bool IsCommit => IsCommitHash(Revision);

    /// <summary>How messages and lock files write it.</summary>
    public override string ToString() => $"{Repository}@{Revision}/{Path}";

    /// <summary>Where it is got: <c>ENDPOINT/REPOSITORY/resolve/REVISION/PATH</c>.</summary>
    /// <param name="endpoint">The hub's address, without a slash at its end.</param>
    public Uri Address(string endpoint) => new($"{endpoint}/{Escape(Repository)}/resolve/{Uri.EscapeDataString(Revision)}/{Escape(Path)}");

    /// <summary>Whether a text is a whole commit hash of git's.</summary>
    public static bool IsCommitHash(string? text) => text is { Length: CommitLength } && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Whether a text can be a repository's owner and name.</summary>
    public static bool IsRepository(string text) => text?.Split('/') is { Length: 2 } parts && parts.All(IsName) && !text.Contains("--", StringComparison.Ordinal);

    /// <summary>Whether a text can be the path of a file in a repository: relative, and within it.</summary>
    public static bool IsPath(string text) =>
        !string.IsNullOrEmpty(text) && text.Split('/').All(part => part.Length > 0 && part is not ("." or "..") && !part.Any(c => c is '\\' or ':' || char.IsControl(c)));

    /// <summary>Whether a text can be a revision: a commit, a branch or a tag.</summary>
    public static bool IsRevision(string text) => IsPath(text) && !text.Any(char.IsWhiteSpace);

    private static bool IsName(string part) => part.Length is > 0 and <= 96 && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') && part[0] is not ('-' or '.') && part[^1] is not ('-' or '.');

    private static string Escape(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}
