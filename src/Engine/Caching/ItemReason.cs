namespace Slipway.Engine.Caching;

/// <summary>Why an item has to run.</summary>
/// <param name="Changes">What is different from the run that it is compared with.</param>
/// <param name="Notes">What is no difference: <c>is new</c>, <c>depends on Tags</c>.</param>
public sealed record ItemReason(IReadOnlyList<FingerprintChange> Changes, IReadOnlyList<string> Notes)
{
    /// <summary>Reasons of one shape are told together.</summary>
    internal string Shape => string.Join('\n', Changes.Select(change => change.Shape.ToString()).Concat(Notes));

    /// <summary>All of it in a line.</summary>
    public override string ToString() => string.Join("; ", Changes.Select(change => change.ToString()).Concat(Notes));
}
