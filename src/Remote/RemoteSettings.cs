using System.Text;

namespace Slipway.Remote;

/// <summary>Where the remote cache is, and what may be done with it.</summary>
public sealed record RemoteSettings
{
    /// <summary>Its address, before the environment's that takes the plan's place.</summary>
    public const string AddressVariable = "SLIPWAY_REMOTE_CACHE";

    /// <summary>Whether results are given to it: 1 or 0.</summary>
    public const string WriteVariable = "SLIPWAY_REMOTE_WRITE";

    private const string TokenVariable = "SLIPWAY_REMOTE_TOKEN";
    private const string UserVariable = "SLIPWAY_REMOTE_USER";
    private const string PasswordVariable = "SLIPWAY_REMOTE_PASSWORD";

    /// <summary>Its address, with a slash at its end; no name and no password stand in it.</summary>
    public required Uri Address { get; init; }

    /// <summary>Its address as people write it: without what opens it, which never stands in it.</summary>
    public string Name => Address.ToString().TrimEnd('/');

    /// <summary>Whether results are given to it.</summary>
    public bool Writes { get; init; }

    /// <summary>What opens it, as the header <c>Authorization</c>; null for nothing.</summary>
    internal string? Credentials { get; init; }

    /// <summary>Whether a text can be the address of a remote cache: no name and no password stand in it.</summary>
    public static bool IsAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address is { Scheme: "https" or "http", UserInfo: "", Query: "", Fragment: "", Host.Length: > 0 };

    /// <summary>Reads them.</summary>
    /// <param name="address">What the plan says; null for nothing.</param>
    /// <param name="writes">What the plan says.</param>
    /// <param name="variable">The environment, which comes before the plan; an empty value is none.</param>
    /// <param name="home">The user's folder.</param>
    /// <returns>Null where no remote cache is named.</returns>
    /// <exception cref="ArgumentException">A value is none that it may be. The message has no secret in it.</exception>
    public static RemoteSettings? From(string? address, bool writes, Func<string, string?> variable, string home)
    {
        ArgumentNullException.ThrowIfNull(variable);
        string? Value(string name) => variable(name) is { Length: > 0 } value ? value : null;
        var named = Value(AddressVariable) ?? address;
        if (named is null)
            return null;
        if (!IsAddress(named))
            throw new ArgumentException($"{AddressVariable} is no address of a remote cache; expected one such as https://cache.example.org/slipway, without name and password: those go into {TokenVariable}, into {UserVariable} and {PasswordVariable}, or into a .netrc file.");
        var uri = new Uri(named.TrimEnd('/') + "/");
        var credentials = Credential(Value, uri, home);
        if (credentials is not null && uri.Scheme != Uri.UriSchemeHttps && !uri.IsLoopback)
            throw new ArgumentException($"The remote cache {uri} is not encrypted, and its name and password or token would be sent for all to read; expected an address that begins with https.");
        return new RemoteSettings
        {
            Address = uri,
            Credentials = credentials,
            Writes = Value(WriteVariable) switch
            {
                null => writes,
                "1" or "true" => true,
                "0" or "false" => false,
                var other => throw new ArgumentException($"{WriteVariable} is '{other}'; expected 1 or 0."),
            },
        };
    }

    /// <summary>Says nothing of what opens it.</summary>
    public override string ToString() => $"{Address}{(Writes ? ", written too" : "")}";

    private static string? Credential(Func<string, string?> value, Uri address, string home)
    {
        if (value(TokenVariable) is { } token)
            return $"Bearer {token.Trim()}";
        if (value(UserVariable) is { } user)
            return Basic(user, value(PasswordVariable) ?? "");
        return Netrc(value("NETRC"), home) is { } text && NetrcFile.Find(text, address.Host) is { } found ? Basic(found.Login, found.Password) : null;
    }

    private static string Basic(string user, string password) => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))}";

    private static string? Netrc(string? named, string home)
    {
        var path = named ?? new[] { ".netrc", "_netrc" }.Select(name => Path.Combine(home, name)).FirstOrDefault(File.Exists);
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
