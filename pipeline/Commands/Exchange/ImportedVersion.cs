namespace Slipway.Pipeline.Commands.Exchange;

/// <summary>A version of a plan, made of another trainer's configuration.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Datasets">What it learns from: names and values by key.</param>
/// <param name="Values">Its settings by key, those that are lists with several values.</param>
/// <param name="Profile">What belongs to the profile: base model, resolution, precision.</param>
/// <param name="Evaluation">What it draws while it learns, as the lines of a section <c>evaluation</c>; empty: nothing.</param>
/// <param name="Notes">What was not taken over, and why, a line each.</param>
internal sealed record ImportedVersion(
    string Name,
    IReadOnlyList<KeyValuePair<string, IReadOnlyDictionary<string, IReadOnlyList<string>>>> Datasets,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Values,
    IReadOnlyDictionary<string, string> Profile,
    IReadOnlyList<string> Evaluation,
    IReadOnlyList<string> Notes);
