namespace Slipway.Pipeline.Commands.Origins;

/// <summary>Whether a LoRA file can be made again here.</summary>
/// <param name="Name">The version or ensemble of the plan that makes it.</param>
/// <param name="Differences">What the plan, the inputs or the environment have otherwise than its making had, a line each: it was not made again.</param>
/// <param name="Bytes">Where it was made again: in what the bytes differ; null where they are the same.</param>
public sealed record Reproduction(string Name, IReadOnlyList<string> Differences, string? Bytes);
