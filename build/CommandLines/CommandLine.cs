using Slipway.Build.Context;
using Slipway.Build.Tasks;
using Slipway.Engine.Options;
using Slipway.Pipeline.Commands.Comparisons;
using Slipway.Pipeline.Commands.Exchange;
using Slipway.Pipeline.Commands.LoraFiles;
using Slipway.Pipeline.Commands.Origins;
using Slipway.Pipeline.Commands.Sampling;
using Slipway.Pipeline.Commands.Starters;
using Slipway.Pipeline.Plans;
using Slipway.Pipeline.Plans.Reference;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Build.CommandLines;

/// <summary>The options that the tasks and Cake know.</summary>
internal static class CommandLine
{
    /// <summary>Options that only some targets read. What they are takes what those targets are made of, and most calls have none of them.</summary>
    private static (string Target, IReadOnlyList<string> Names)[] TargetOptions => field ??=
    [
        ("Sample", SampleRequest.OptionNames),
        ("Merge", MergeRequest.OptionNames),
        ("Extract", ExtractRequest.OptionNames),
        ("Resize", ResizeRequest.OptionNames),
        ("Fetch", FetchTask.OptionNames),
        ("Init", StarterPlan.OptionNames),
        ("Import", ImportRun.OptionNames),
        ("Export", ExportTask.OptionNames),
        ("Publish", PublishTask.OptionNames),
        ("Graph", GraphTask.OptionNames),
        ("Job", JobTask.OptionNames),
        ("Measure", MeasureTask.OptionNames),
        ("Status", [StatusTask.Json]),
        ("Compare", CompareRequest.OptionNames),
        ("Explain", OriginRequest.OptionNames),
        ("Reproduce", ReproduceTask.OptionNames),
        ("Nightly", NightlyTask.OptionNames),
        ("Gc", GcTask.OptionNames),
        ("Pack", PackTask.OptionNames),
        ("Bench", BenchTask.OptionNames),
        ("Test", TestTask.OptionNames),
    ];

    /// <summary>Options of every target.</summary>
    private static readonly string[] Common =
    [
        "target", "profile", "config", "version", "device", "executor", BuildContext.Detach, "jobs", "locked", "tree", "dryrun", "description", "exclusive", "verbosity", "working", "info",
        "help", "showtree", "descriptions", "showdescription", "noop", "whatif", "t", "e", "v", "w", "h",
    ];

    /// <summary>Options whose value may stand behind a space.</summary>
    private static readonly string[] TakeNext = ["target", "t", "verbosity", "v", "working", "w"];

    /// <summary>Options that are on or off, as Cake takes them: alone, or with true or false in any case.</summary>
    private static readonly string[] Switches =
        ["tree", "showtree", "dryrun", "noop", "whatif", "description", "descriptions", "showdescription", "exclusive", "e", "info", "help", "h", "locked", BuildContext.Detach, StatusTask.Json, CompareTask.Markdown, GcTask.Preview];

    /// <summary>Options of which each counts.</summary>
    private static readonly string[] Repeatable = ["target", "version", "lora"];

    /// <summary>Options whose value may be empty.</summary>
    private static readonly string[] MayBeEmpty = ["prompt", "negative"];

    private static readonly Dictionary<string, string> Examples = new(StringComparer.OrdinalIgnoreCase)
    {
        ["target"] = "--target=Train", ["verbosity"] = "--verbosity=diagnostic", ["working"] = "--working=FOLDER", ["config"] = "--config=lora.pipeline.yaml", ["device"] = "--device=cpu", ["executor"] = "--executor=slurm",
    };

    private static readonly (string Short, string Name)[] Aliases = [("t", "target"), ("v", "verbosity"), ("w", "working")];

    private static readonly string[] Verbosities = ["quiet", "minimal", "normal", "verbose", "diagnostic"];

    /// <summary>The options that a target has for itself.</summary>
    public static IReadOnlyList<string> OptionsOf(string target) => [.. TargetOptions.Where(known => known.Target.Equals(target, StringComparison.OrdinalIgnoreCase)).SelectMany(known => known.Names)];

    /// <summary>The options with the values of switches in them: Cake takes <c>--dryrun true</c> as <c>--dryrun=true</c>.</summary>
    public static string[] Joined(IReadOnlyList<string> args)
    {
        var joined = new List<string>();
        for (var i = 0; i < args.Count; i++)
        {
            var isFollowed = IsNamed(args[i], Switches) && !args[i].Contains('=') && i + 1 < args.Count && bool.TryParse(args[i + 1], out _);
            joined.Add(isFollowed ? $"{args[i]}={args[++i]}" : args[i]);
        }

        return [.. joined];
    }

    /// <summary>Whether somebody asks how to ask.</summary>
    public static bool AsksForHelp(IReadOnlyList<string> args) => HelpTopic(args) is null && args.Any(arg => IsNamed(arg, "help", "h") && IsOn(arg));

    /// <summary>The option of the plan that somebody asks about, as in <c>--help=noise_offset</c>; null for none.</summary>
    public static string? HelpTopic(IReadOnlyList<string> args) =>
        args.Where(arg => IsNamed(arg, "help", "h")).Select(arg => arg.Split('=', 2)).Where(parts => parts is [_, { Length: > 0 } topic] && !bool.TryParse(topic, out _)).Select(parts => parts[1]).LastOrDefault();

    /// <summary>The targets that somebody asks about, as in <c>--target=Sample --help</c>; none for all there is to say.</summary>
    public static IReadOnlyList<string> HelpTargets(IReadOnlyList<string> args) => AsksForHelp(args) ? [.. Values(args, "target", "t").Distinct(StringComparer.OrdinalIgnoreCase)] : [];

    /// <summary>Whether somebody asks which Slipway this is.</summary>
    public static bool AsksForVersion(IReadOnlyList<string> args) => args is ["--version"];

    /// <summary>Whether standard output is for one document, so that whatever else there is to say goes to standard error.</summary>
    public static bool AsksForDocument(IReadOnlyList<string> args) => new[] { StatusTask.Json, CompareTask.Markdown }.Any(name => args.LastOrDefault(arg => IsNamed(arg, name)) is { } asked && IsOn(asked));

    /// <summary>The options as Cake and the tasks take them.</summary>
    public static IReadOnlyList<string> ForCake(IReadOnlyList<string> args) =>
        [.. args.Select(arg => IsNamed(arg, "version") ? $"--{BuildContext.LoraVersion}{arg[arg.IndexOf('=')..]}" : arg)];

    /// <summary>What is wrong with the options; null where nothing is.</summary>
    /// <param name="args">The options.</param>
    /// <param name="caller">Where the user stands.</param>
    public static string? Problem(IReadOnlyList<string> args, Caller caller) =>
        UnknownTopic(args) ?? NoOption(args) ?? UnknownOption(args) ?? BadValue(args) ?? NoValue(args) ?? BadSwitch(args) ?? Twice(args) ?? UnknownTarget(args, caller) ?? StrayOption(args);

    private static string? UnknownTopic(IReadOnlyList<string> args) =>
        HelpTopic(args) is { } topic && OptionHelp.Find(topic) is null ? $"A plan has no option or section `{topic}`; {NearestName.Hint(topic, OptionHelp.Names)}" : null;

    private static string? NoOption(IReadOnlyList<string> args) =>
        args.Where((arg, i) => !arg.StartsWith('-') && (i == 0 || !IsNamed(args[i - 1], TakeNext) || args[i - 1].Contains('='))).FirstOrDefault() is { } stray
            ? $"'{stray}' is no option; expected --name=value, such as --target=Train."
            : null;

    private static string? UnknownOption(IReadOnlyList<string> args)
    {
        var name = OfSomeTargets(args).FirstOrDefault(name => !TargetOptions.Any(target => target.Names.Contains(name, StringComparer.OrdinalIgnoreCase)));
        return name is null
            ? null
            : $"There is no option `--{name}`; {NearestName.Hint($"--{name}", Common.Where(option => option.Length > 1).Concat(TargetOptions.SelectMany(target => target.Names).Distinct(StringComparer.Ordinal)).Select(option => $"--{option}"))}";
    }

    /// <summary>An option without its value would be taken for something else, or for none.</summary>
    private static string? NoValue(IReadOnlyList<string> args)
    {
        for (var i = 0; i < args.Count; i++)
        {
            if (!args[i].StartsWith('-') || IsNamed(args[i], Switches) || args[i].Split('=', 2) is [_, { Length: > 0 }])
                continue;
            var hasNext = IsNamed(args[i], TakeNext) && !args[i].Contains('=') && i + 1 < args.Count && !args[i + 1].StartsWith('-');
            if (hasNext || (args[i].Contains('=') && IsNamed(args[i], MayBeEmpty)))
                continue;
            var name = Aliases.FirstOrDefault(alias => IsNamed(args[i], alias.Short)).Name ?? NameOf(args[i]);
            return $"`{args[i]}` needs a value, such as {Examples.GetValueOrDefault(name, $"--{name}=VALUE")}.";
        }

        return null;
    }

    private static string? BadValue(IReadOnlyList<string> args)
    {
        if (args.Any(arg => IsNamed(arg, "version") && arg.Split('=', 2) is [_] or [_, ""]))
            return "`--version` needs the name of a LoRA version, such as --version=v03; alone it prints Slipway's own.";

        var verbosity = Values(args, "verbosity", "v").FirstOrDefault(value => !Verbosities.Any(known => IsShortOr(value, known)));
        return verbosity is null ? null : $"--verbosity is '{verbosity}'; expected quiet, minimal, normal, verbose or diagnostic.";
    }

    private static string? BadSwitch(IReadOnlyList<string> args) =>
        args.FirstOrDefault(arg => IsNamed(arg, Switches) && arg.Split('=', 2) is [_, var value] && !bool.TryParse(value, out _)) is { } wrong
            ? $"`{wrong}`: --{NameOf(wrong)} is on or off; give it alone, or as --{NameOf(wrong)}=true or --{NameOf(wrong)}=false."
            : null;

    private static bool IsOn(string arg) => arg.Split('=', 2) is [_] || (bool.TryParse(arg.Split('=', 2)[1], out var value) && value);

    /// <summary>Of an option that is given twice one value would be lost without a word.</summary>
    private static string? Twice(IReadOnlyList<string> args)
    {
        var twice = args.Where(arg => arg.StartsWith('-') && !IsNamed(arg, Switches) && !IsNamed(arg, Repeatable))
            .Select(arg => Aliases.FirstOrDefault(alias => IsNamed(arg, alias.Short)).Name ?? NameOf(arg).ToLowerInvariant())
            .Where(name => !Repeatable.Contains(name))
            .GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        return twice is null ? null : $"--{twice} is given twice; give it once.";
    }

    private static string? UnknownTarget(IReadOnlyList<string> args, Caller caller)
    {
        var folder = Values(args, "working", "w").LastOrDefault() is { } working ? Path.GetFullPath(working, caller.Folder) : caller.Folder;
        var plan = (caller with { Folder = folder }).PlanFile(Values(args, "config").LastOrDefault());
        string[] tasks = [.. Help.Tasks.Select(task => task.Name)];
        // The plan is read only for a target that can be of it.
        var others = Values(args, "target", "t").Where(target => !tasks.Contains(target, StringComparer.OrdinalIgnoreCase)).ToList();
        string[] known = others.Count == 0 ? tasks : [.. tasks, .. PlanOutline.Trained(plan).Select(version => VersionTargets.Prefix + version)];
        var wrong = others.FirstOrDefault(target => !known.Contains(target, StringComparer.OrdinalIgnoreCase));
        return wrong is null ? null
            : wrong.StartsWith(VersionTargets.Prefix, StringComparison.OrdinalIgnoreCase) && ProblemOf(plan) is { } problem ? problem
            : $"There is no target `{wrong}`; {NearestName.Hint(wrong, known)}";
    }

    /// <summary>What is wrong with the plan, so that no target of it is known; null where it is a good one.</summary>
    private static string? ProblemOf(string plan)
    {
        try
        {
            _ = Plan.Load(plan);
            return null;
        }
        catch (Exception exception) when (exception is PlanException or IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }

    /// <summary>An option that no target asked for reads would be lost without a word.</summary>
    private static string? StrayOption(IReadOnlyList<string> args)
    {
        var targets = Values(args, "target", "t").ToList();
        foreach (var name in OfSomeTargets(args))
        {
            var readers = TargetOptions.Where(target => target.Names.Contains(name, StringComparer.OrdinalIgnoreCase)).Select(target => target.Target).ToList();
            if (readers.Count > 0 && !readers.Intersect(targets, StringComparer.OrdinalIgnoreCase).Any())
                return $"`--{name}` belongs to --target={string.Join(", ", readers)}.";
        }

        return null;
    }

    private static IEnumerable<string> OfSomeTargets(IReadOnlyList<string> args) => args.Where(arg => arg.StartsWith('-')).Select(NameOf).Where(name => !Common.Contains(name, StringComparer.OrdinalIgnoreCase));

    private static string NameOf(string arg) => arg.TrimStart('-').Split('=')[0];

    private static bool IsNamed(string arg, params string[] names) => arg.StartsWith('-') && names.Contains(NameOf(arg), StringComparer.OrdinalIgnoreCase);

    private static bool IsShortOr(string value, string name) =>
        value.Equals(name, StringComparison.OrdinalIgnoreCase) || value.Equals(name[..1], StringComparison.OrdinalIgnoreCase);

    /// <summary>Values given as <c>--name=value</c> or <c>--name value</c>.</summary>
    private static IEnumerable<string> Values(IReadOnlyList<string> args, params string[] names)
    {
        for (var i = 0; i < args.Count; i++)
        {
            if (!IsNamed(args[i], names))
                continue;

            if (args[i].Split('=', 2) is [_, var value])
            {
                yield return value;
            }
            else if (i + 1 < args.Count && !args[i + 1].StartsWith('-'))
            {
                yield return args[i + 1];
            }
        }
    }
}
