namespace Slipway.Pipeline.Commands.Exchange;

/// <summary>A picture that sd-scripts draws while it trains, as a <c>sample_prompts</c> file asks for it; what is null it decides.</summary>
internal sealed record SamplePrompt
{
    /// <summary>The prompt.</summary>
    public required string Prompt { get; init; }

    /// <summary><c>--n</c>.</summary>
    public string? NegativePrompt { get; init; }

    /// <summary><c>--w</c> in pixels; 512 where nothing is said.</summary>
    public int? Width { get; init; }

    /// <summary><c>--h</c>.</summary>
    public int? Height { get; init; }

    /// <summary><c>--d</c>.</summary>
    public long? Seed { get; init; }

    /// <summary><c>--s</c>; 30 where nothing is said.</summary>
    public int? Steps { get; init; }

    /// <summary><c>--l</c>; 7.5 where nothing is said.</summary>
    public double? Scale { get; init; }

    /// <summary><c>--ss</c>.</summary>
    public string? Sampler { get; init; }

    /// <summary>What else is said, which a plan has nothing for.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];
}
