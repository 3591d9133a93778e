namespace Slipway.Architecture.Tests;

/// <summary>That a type uses another one.</summary>
/// <param name="From">The type that uses, by its full name; a nested type counts as the one around it.</param>
/// <param name="To">The type that is used.</param>
internal sealed record Arrow((string Namespace, string Name) From, (string Namespace, string Name) To)
{
    public override string ToString() => $"{From.Namespace} → {To.Namespace}: {From.Name} uses {To.Name}";
}
