using System.Runtime.InteropServices;

namespace Slipway.Pipeline.Plans.Yaml;

/// <summary>Where something stands in a plan; line 0 means that it came with the command.</summary>
/// <param name="File">The file as it was named, or <c>command line</c>.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Place(string File, int Line, int Column)
{
    public static Place CommandLine { get; } = new("command line", 0, 0);

    public override string ToString() => Line == 0 ? File : $"{File}:{Line}:{Column}";
}
