namespace Slipway.Engine.Jobs;

/// <summary>The member does not count in the key: it cannot change a byte of the result.</summary>
/// <param name="why">Why it cannot.</param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class NotInKeyAttribute(string why) : Attribute
{
    /// <summary>Why it cannot change a byte.</summary>
    public string Why { get; } = why;
}

/// <summary>
/// The members of the nested record, and of the records in it, are named in the key as if they were the outer record's own: options keep
/// the names by which plans know them.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class InlineAttribute : Attribute;

/// <summary>An element of a list that has a name of its own, by which keys and reasons know it instead of by its place.</summary>
public interface ILabelled
{
    /// <summary>The name, different from that of every other element.</summary>
    string Label { get; }
}
