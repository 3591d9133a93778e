using Cake.Core.Diagnostics;

namespace Cake.Frosting;

/// <summary>The command line: Cake's own options, and the rest for the tasks.</summary>
internal sealed record HostOptions
{
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.OrdinalIgnoreCase)
    {
        ["t"] = "target",
        ["e"] = "exclusive",
        ["noop"] = "dryrun",
        ["whatif"] = "dryrun",
        ["showtree"] = "tree",
        ["descriptions"] = "description",
        ["showdescription"] = "description",
        ["v"] = "verbosity",
        ["w"] = "working",
    };

    public IReadOnlyList<string> Targets { get; init; } = ["Default"];

    public bool Exclusive { get; init; }

    public bool DryRun { get; init; }

    public bool Tree { get; init; }

    public bool Description { get; init; }

    public bool Info { get; init; }

    public bool Version { get; init; }

    public Verbosity Verbosity { get; init; } = Verbosity.Normal;

    public string? Working { get; init; }

    /// <summary>Every option by name, Cake's own too.</summary>
    public required ILookup<string, string> Arguments { get; init; }

    /// <exception cref="ArgumentException">Something is no option, or a verbosity is not known.</exception>
    public static HostOptions Parse(IReadOnlyList<string> args)
    {
        var options = new List<(string Name, string Value)>();
        for (var i = 0; i < args.Count; i++)
        {
            if (!args[i].StartsWith('-'))
                throw new ArgumentException($"'{args[i]}' is no option; expected --name=value, such as --target=Train.");

            var text = args[i].TrimStart('-');
            var equals = text.IndexOf('=');
            var name = equals < 0 ? text : text[..equals];
            name = Aliases.GetValueOrDefault(name, name);
            var takesNext = equals < 0 && name.ToUpperInvariant() is "TARGET" or "VERBOSITY" or "WORKING" && i + 1 < args.Count && equals < 0;
            options.Add((name, equals >= 0 ? text[(equals + 1)..] : takesNext ? args[++i] : string.Empty));
        }

        var arguments = options.ToLookup(option => option.Name, option => option.Value, StringComparer.OrdinalIgnoreCase);
        bool Has(string name) => arguments.Contains(name) && (arguments[name].Last() is "" || (bool.TryParse(arguments[name].Last(), out var value) && value));
        return new HostOptions
        {
            Targets = arguments.Contains("target") ? [.. arguments["target"]] : ["Default"],
            Exclusive = Has("exclusive"),
            DryRun = Has("dryrun"),
            Tree = Has("tree"),
            Description = Has("description"),
            Info = Has("info"),
            Version = Has("version"),
            Verbosity = VerbosityOf(arguments["verbosity"].LastOrDefault()),
            Working = arguments["working"].LastOrDefault(),
            Arguments = arguments,
        };
    }

    private static Verbosity VerbosityOf(string? text) => text?.ToUpperInvariant() switch
    {
        null => Verbosity.Normal,
        "Q" or "QUIET" => Verbosity.Quiet,
        "M" or "MINIMAL" => Verbosity.Minimal,
        "N" or "NORMAL" => Verbosity.Normal,
        "V" or "VERBOSE" => Verbosity.Verbose,
        "D" or "DIAGNOSTIC" => Verbosity.Diagnostic,
        _ => throw new ArgumentException($"--verbosity is '{text}'; expected quiet, minimal, normal, verbose or diagnostic."),
    };
}
