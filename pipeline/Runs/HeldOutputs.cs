using Slipway.Engine.Caching;
using Slipway.Pipeline.Plans;

namespace Slipway.Pipeline.Runs;

/// <summary>What other plans of the workspace have laid out and still lies there. A plan that is there no longer holds nothing.</summary>
/// <param name="cache">The workspace's.</param>
internal sealed class HeldOutputs(Cache cache)
{
    private readonly Dictionary<string, (string Plan, ContentHash Hash)> _held = new(
        cache.LaidOut.OfOtherPlans().Where(file => PlanPaths.FileOf(cache.Workspace, file.Value.Plan) is not null && File.Exists(Path.Combine(cache.Workspace, file.Key))),
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether there is anything of another plan's.</summary>
    public bool Any => _held.Count > 0;

    /// <summary>Refuses outputs that would put another content in the place of another plan's.</summary>
    /// <param name="outputs">Paths relative to the workspace, and their content where it is known. One that ends in <c>/</c> is a folder.</param>
    /// <exception cref="ArgumentException">There is one; the message names both plans.</exception>
    public void Refuse(IEnumerable<(string Path, ContentHash? Hash)> outputs)
    {
        if (!Any)
            return;
        var refused = outputs.SelectMany(Held).ToList();
        if (refused is not [var (path, plan), ..])
            return;
        throw new ArgumentException(
            $"{path}{(refused.Count == 1 ? "" : $" and {refused.Count - 1} more")}: an output of {NameOf(plan)} lies there, and {NameOf(cache.Plan)} would put another in its place; give one of the plans another folder (`artifacts: FOLDER`).");
    }

    private IEnumerable<(string Path, string Plan)> Held((string Path, ContentHash? Hash) output) => output.Path.EndsWith('/')
        ? _held.Where(file => file.Key.StartsWith(output.Path, StringComparison.OrdinalIgnoreCase)).Select(file => (file.Key, file.Value.Plan))
        : _held.TryGetValue(output.Path, out var other) && other.Hash != output.Hash ? [(output.Path, other.Plan)] : [];

    private string NameOf(string plan) => PlanPaths.FileOf(cache.Workspace, plan) is { } file ? Path.GetFileName(file) : plan;
}
