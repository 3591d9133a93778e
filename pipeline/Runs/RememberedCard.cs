using System.Text.Json;
using Slipway.Engine.Execution;
using Slipway.Engine.Files;
using Slipway.Engine.Jobs;
using Slipway.Pipeline.Jobs;

namespace Slipway.Pipeline.Runs;

/// <summary>
/// The card that a workspace's jobs last ran on: where a machine has none, keys are told as of that one, so that what it made is known there.
/// </summary>
/// <param name="root">Folder of the cache.</param>
internal sealed class RememberedCard(string root)
{
    private readonly string _path = Path.Combine(root, "card.json");

    /// <summary>The facts, and a line about those that are not this machine's; null where all are.</summary>
    /// <param name="own">This machine's.</param>
    public (EnvironmentFacts Facts, string? Note) Complete(EnvironmentFacts own)
    {
        if (IsKnown(own))
            return (own, null);
        return Read() is { } known
            ? (own.With(EnvironmentGroups.Cuda, known), $"This machine has no NVIDIA card: what is known of results is told as of the one that last ran jobs here, {known.First(fact => fact.Key == CudaFacts.Card).Value}.")
            : (own, "This machine has no NVIDIA card, and no job has run on one here: what has to run is told as of a machine without.");
    }

    /// <summary>Keeps this machine's.</summary>
    public void Keep(EnvironmentFacts own)
    {
        if (IsKnown(own))
            AtomicFile.Write(_path, JsonSerializer.SerializeToUtf8Bytes(own.Group(EnvironmentGroups.Cuda).ToDictionary(fact => fact.Key, fact => fact.Value, StringComparer.Ordinal)));
    }

    private static bool IsKnown(EnvironmentFacts facts) => facts.Value([EnvironmentGroups.Cuda], CudaFacts.Card) != CudaFacts.NoCard;

    private KeyValuePair<string, string>[]? Read()
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(_path)) is { } facts && facts.ContainsKey(CudaFacts.Card) ? [.. facts] : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
