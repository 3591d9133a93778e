namespace Slipway.Engine.Jobs;

/// <summary>What all jobs of a class have in common; all of it is part of their keys.</summary>
/// <param name="Name">Name of the kind.</param>
/// <param name="CodeVersion">
/// Number of the code: raise it when equal records give other bytes than before, and when a default changes, since defaults are left out
/// of keys.
/// </param>
public sealed record JobKind(string Name, int CodeVersion);
