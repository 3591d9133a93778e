using System.Reflection;
using Cake.Cli;

namespace Cake.Frosting;

/// <summary>The version that <c>--version</c> and <c>--info</c> print: the program's own.</summary>
internal sealed class HostVersion : IVersionResolver
{
    /// <inheritdoc/>
    public string GetVersion() => GetProductVersion().Split('+')[0];

    /// <inheritdoc/>
    public string GetProductVersion() =>
        Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
