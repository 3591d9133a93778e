using System.Text.Json;
using Slipway.Engine.Files;

namespace Slipway.Slurm;

/// <summary>What the process of a task tells: how far it is, and what went wrong. It decides nothing but what is looked at; what is done, the store says.</summary>
public sealed record TaskReport
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>A number that is another one in each process.</summary>
    public string Process { get; init; } = "";

    /// <summary>Keys of jobs whose results it has put into the store, or found there.</summary>
    public IReadOnlyList<string> Done { get; init; } = [];

    /// <summary>Jobs that failed: key and message.</summary>
    public IReadOnlyDictionary<string, string> Failed { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How far stages are.</summary>
    public IReadOnlyDictionary<string, StageProgress> Stages { get; init; } = new Dictionary<string, StageProgress>(StringComparer.Ordinal);

    /// <summary>The last lines for the user.</summary>
    public IReadOnlyList<ToldLine> Lines { get; init; } = [];

    /// <summary>Lines that were told in all; <see cref="Lines"/> are the last of them.</summary>
    public int Told { get; init; }

    /// <summary>Reads one; null where there is none, or none that can be read.</summary>
    public static TaskReport? TryRead(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<TaskReport>(File.ReadAllBytes(path), Options) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes it, whole or not at all.</summary>
    public void Write(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this, Options), flush: false);
}

/// <summary>How far a stage is.</summary>
/// <param name="Done">Items or steps done.</param>
/// <param name="All">All items or steps.</param>
/// <param name="Detail">Loss, rate, time left; null for none.</param>
public sealed record StageProgress(int Done, int All, string? Detail);

/// <summary>A line for the user.</summary>
/// <param name="Text">What it says.</param>
/// <param name="IsWarning">Whether it is about something odd.</param>
public sealed record ToldLine(string Text, bool IsWarning);
