using Slipway.Engine.Files;

namespace Slipway.Hub;

/// <summary>What the environment says of the hub, under the names that its own library reads (huggingface_hub, <c>constants.py</c>).</summary>
public sealed record HubSettings
{
    /// <summary>The hub, where nothing else is said.</summary>
    public const string PublicEndpoint = "https://huggingface.co";

    private static readonly string[] True = ["1", "ON", "YES", "TRUE"];

    /// <summary>Folder of the cache that all tools of the hub share: <c>HF_HUB_CACHE</c>, else <c>hub</c> in <c>HF_HOME</c>.</summary>
    public required string Cache { get; init; }

    /// <summary>The hub's address, without a slash at its end: <c>HF_ENDPOINT</c>.</summary>
    public string Endpoint { get; init; } = PublicEndpoint;

    /// <summary>Opens private and gated repositories: <c>HF_TOKEN</c>, else the file that <c>hf auth login</c> wrote; null for none. It is sent to <see cref="Endpoint"/> alone.</summary>
    public string? Token { get; init; }

    /// <summary>Whether nothing may be got from the network: <c>HF_HUB_OFFLINE</c>.</summary>
    public bool IsOffline { get; init; }

    /// <summary>Reads it.</summary>
    /// <param name="variable">The environment; an empty value is none.</param>
    /// <param name="home">The user's folder, that <c>~</c> stands for.</param>
    /// <exception cref="ArgumentException"><c>HF_ENDPOINT</c> is no address.</exception>
    public static HubSettings From(Func<string, string?> variable, string home)
    {
        ArgumentNullException.ThrowIfNull(variable);
        string? Value(string name) => variable(name) is { Length: > 0 } value ? value : null;
        var folder = UserPath.Expand(Value("HF_HOME") ?? Path.Combine(Value("XDG_CACHE_HOME") ?? Path.Combine(home, ".cache"), "huggingface"), home);
        var endpoint = (Value("HF_ENDPOINT") ?? PublicEndpoint).TrimEnd('/');
        return new HubSettings
        {
            Cache = UserPath.Expand(Value("HF_HUB_CACHE") ?? Value("HUGGINGFACE_HUB_CACHE") ?? Path.Combine(folder, "hub"), home),
            Endpoint = Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && address.Scheme is "https" or "http"
                ? endpoint
                : throw new ArgumentException($"HF_ENDPOINT is '{endpoint}'; expected an address such as {PublicEndpoint}."),
            Token = Clean(Value("HF_TOKEN") ?? Value("HUGGING_FACE_HUB_TOKEN")) ?? Stored(UserPath.Expand(Value("HF_TOKEN_PATH") ?? Path.Combine(folder, "token"), home)),
            IsOffline = True.Contains(Value("HF_HUB_OFFLINE") ?? Value("TRANSFORMERS_OFFLINE"), StringComparer.OrdinalIgnoreCase),
        };
    }

    /// <summary>Of this process.</summary>
    public static HubSettings Read() => From(Environment.GetEnvironmentVariable, UserPath.Home);

    /// <summary>Says nothing of the token.</summary>
    public override string ToString() => $"{Endpoint}, cache {Cache}{(Token is null ? "" : ", with a token")}{(IsOffline ? ", offline" : "")}";

    private static string? Stored(string path)
    {
        try
        {
            return File.Exists(path) ? Clean(File.ReadAllText(path)) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? Clean(string? token) => token?.ReplaceLineEndings("").Trim() is { Length: > 0 } clean ? clean : null;
}
