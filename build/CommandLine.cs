using System.Reflection;
using Cake.Frosting;
using Slipway.Pipeline.Configuration;

namespace Slipway.Build;

/// <summary>The options that the tasks and Cake know.</summary>
internal static class CommandLine
{
    private static readonly string[] Options =
    [
        "target", "profile", "config", "version", "device", "tree", "dryrun", "description", "exclusive", "verbosity", "working", "info",
        "showtree", "descriptions", "showdescription", "noop", "whatif", "t", "e", "v", "w",
    ];

    /// <summary>What is wrong with the options; null where nothing is.</summary>
    public static string? Problem(IReadOnlyList<string> args)
    {
        foreach (var name in args.Where(arg => arg.StartsWith('-')).Select(arg => arg.TrimStart('-').Split('=')[0]))
        {
            if (!Options.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                return $"There is no option `--{name}`; {NearestName.Hint($"--{name}", Options.Where(option => option.Length > 1).Select(option => $"--{option}"))}";
            }
        }

        var plan = Values(args, "config").LastOrDefault() ?? BuildContext.DefaultPlan;
        string[] known = [.. Tasks, .. VersionTargets.Names(plan).Select(version => $"Train-{version}")];
        var wrong = Values(args, "target", "t").FirstOrDefault(target => !known.Contains(target, StringComparer.OrdinalIgnoreCase));
        return wrong is null ? null : $"There is no target `{wrong}`; {NearestName.Hint(wrong, known)}";
    }

    private static IEnumerable<string> Tasks
        => typeof(CommandLine).Assembly.GetExportedTypes().Select(type => type.GetCustomAttribute<TaskNameAttribute>()?.Name).OfType<string>();

    /// <summary>Values given as <c>--name=value</c> or <c>--name value</c>.</summary>
    private static IEnumerable<string> Values(IReadOnlyList<string> args, params string[] names)
    {
        for (var i = 0; i < args.Count; i++)
        {
            var parts = args[i].TrimStart('-').Split('=', 2);
            if (args[i].StartsWith('-') && names.Contains(parts[0], StringComparer.OrdinalIgnoreCase))
            {
                if (parts.Length == 2)
                {
                    yield return parts[1];
                }
                else if (i + 1 < args.Count && !args[i + 1].StartsWith('-'))
                {
                    yield return args[i + 1];
                }
            }
        }
    }
}
