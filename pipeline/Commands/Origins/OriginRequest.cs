namespace Slipway.Pipeline.Commands.Origins;

/// <summary>Which file's history is asked for.</summary>
/// <param name="Output">A path, or the SHA-256 of a file, whole or its beginning.</param>
/// <param name="Other">Another one to compare with; null: none.</param>
public sealed record OriginRequest(string Output, string? Other)
{
    private const string OutputName = "output";
    private const string OtherName = "diff";

    /// <summary>Options that only this target reads.</summary>
    public static IReadOnlyList<string> OptionNames { get; } = [OutputName, OtherName, "json"];

    /// <summary>Reads one.</summary>
    /// <param name="option">The value of an option; null where it is not given.</param>
    /// <exception cref="ArgumentException">No file is named.</exception>
    public static OriginRequest Read(Func<string, string?> option)
    {
        ArgumentNullException.ThrowIfNull(option);
        return option(OutputName) is { Length: > 0 } output
            ? new OriginRequest(output, option(OtherName) is { Length: > 0 } other ? other : null)
            : throw new ArgumentException($"Explain takes a file: --{OutputName}=artifacts/lora/x.safetensors, a picture, a caption, or a SHA-256; --{OtherName}=OTHER says in what two differ.");
    }
}
