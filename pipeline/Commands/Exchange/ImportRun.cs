using Slipway.Engine.Jobs;
using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Commands.Exchange;

/// <summary><c>--target=Import</c>: a version of the plan, made of a param-GUI preset or of sd-scripts' configuration.</summary>
public static class ImportRun
{
    private const long LargestFile = 1 << 20;

    /// <summary>The options that are read here.</summary>
    public static IReadOnlyList<string> OptionNames { get; } = ["from", "dataset-config", "out"];

    /// <summary>Prints the version, or puts it into a plan; tells what was not taken over, and why.</summary>
    /// <param name="folder">Where the user stands: paths are relative to it.</param>
    /// <param name="values">All values given for an option.</param>
    /// <param name="version">The name that the version gets; null: after the output's name.</param>
    /// <param name="profile">The profile of the plan that gets the version; null: the plan itself, for all profiles.</param>
    /// <param name="progress">Takes the lines.</param>
    /// <exception cref="ArgumentException">Options that cannot be.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A file cannot be read.</exception>
    /// <exception cref="PlanException">The plan would not be one.</exception>
    public static void Run(string folder, Func<string, IReadOnlyList<string>> values, string? version, string? profile, IProgressSink progress)
    {
        if (values("from") is not [{ Length: > 0 } from])
            throw new ArgumentException("--target=Import needs --from=FILE: a preset of the param GUI (.xmlora), kohya_ss (.json), LoRA_Easy_Training_Scripts or lora-scripts (.toml), sd-scripts' configuration (.toml), or a text file with its arguments.");
        if (version is not null && !PlanNames.IsValid(version))
            throw new ArgumentException($"--version is '{version}'; expected {PlanNames.Rule}.");
        var path = Path.Combine(folder, from);
        var options = Options(path);
        var imported = SdScriptsImport.Convert(options, Datasets(folder, path, values("dataset-config") is [.., var given] ? given : null), version, Prompts(options, path));
        if (values("out") is [.., var plan])
            PlanInsertion.Insert(Path.Combine(folder, plan), profile, imported);
        var lines = values("out") is [.., var target]
            ? [$"{target}: version `{imported.Name}` was added.", .. imported.Profile.Select(pair => $"Set in the profile: {pair.Key}: {pair.Value}"), .. Untaken(imported)]
            : VersionYaml.Text(imported, Path.GetFileName(from));
        foreach (var line in lines)
            progress.Line(line);
        foreach (var note in imported.Notes)
            progress.Line($"# {note}");
    }

    // A plan has one evaluation, of all its versions.
    private static IEnumerable<string> Untaken(ImportedVersion imported) => imported.Evaluation.Count == 0 ? [] : ["What is drawn is the plan's `evaluation`, which was left as it is; the file's would be:", .. imported.Evaluation];

    /// <summary>What is drawn while it trains: kohya_ss has the lines themselves where others name a file.</summary>
    private static IReadOnlyList<SamplePrompt> Prompts(ForeignOptions options, string path)
    {
        if (options["sample_prompts"] is not { Length: > 0 } named)
            return [];
        if (FormatOf(path, File.ReadAllText(path)) == Format.Json && !File.Exists(Beside(path, named)))
            return [.. named.ReplaceLineEndings("\n").Split('\n').Where(line => line.Trim().Length > 0 && line[0] != '#').Select(line => SamplePrompts.OfLine(line.Trim()))];
        return File.Exists(Beside(path, named)) ? SamplePrompts.Read(Beside(path, named)) : [];
    }

    /// <summary>Which format a file is, its content tells: XML, JSON, TOML, or sd-scripts' arguments.</summary>
    private static ForeignOptions Options(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path} {(Directory.Exists(path) ? "is a folder" : "does not exist")}; expected a preset of the param GUI (.xmlora), sd-scripts' configuration (.toml), or a text file with its arguments.", path);
        if (new FileInfo(path).Length > LargestFile)
            throw new InvalidDataException($"{path} has more than {LargestFile} bytes: no configuration is that long.");
        var text = File.ReadAllText(path);
        var options = FormatOf(path, text) switch
        {
            Format.Xml => ParameterPreset.Read(path),
            Format.Json => KohyaGuiPreset.Read(text, path),
            Format.Toml => TomlConfiguration.ReadOptions(path),
            _ => WithConfiguration(ArgumentLine.Parse(text, path), path),
        };
        return options.Values.Count > 0 ? options : throw new InvalidDataException($"{path} says nothing: there is no option in it.");
    }

    // Where the content tells nothing the name does, so that an error speaks of what the file was meant to be.
    private static Format FormatOf(string path, string text) => text.TrimStart() switch
    {
        ['<', ..] => Format.Xml,
        ['{', ..] => Format.Json,
        _ when TomlConfiguration.IsToml(text) => Format.Toml,
        _ => Path.GetExtension(path).ToUpperInvariant() switch { ".XMLORA" or ".XML" => Format.Xml, ".JSON" => Format.Json, ".TOML" => Format.Toml, _ => Format.Arguments },
    };

    private enum Format
    {
        Xml,
        Json,
        Toml,
        Arguments,
    }

    /// <summary>Arguments go before what their <c>--config_file</c> says.</summary>
    private static ForeignOptions WithConfiguration(ForeignOptions options, string path)
    {
        if (options["config_file"] is { } file)
            options.Under(TomlConfiguration.ReadOptions(Beside(path, Path.HasExtension(file) ? file : file + ".toml")));
        return options;
    }

    private static (IReadOnlyList<ForeignOptions> Datasets, IReadOnlyList<ForeignOptions> Subsets)? Datasets(string folder, string path, string? given)
    {
        if (given is not null)
            return TomlConfiguration.ReadDatasets(Path.Combine(folder, given));
        if (FormatOf(path, File.ReadAllText(path)) == Format.Toml && TomlConfiguration.ReadFolders(path) is { } folders)
            return folders;
        return Options(path)["dataset_config"] is { Length: > 0 } named ? TomlConfiguration.ReadDatasets(Beside(path, named)) : null;
    }

    private static string Beside(string path, string named) =>
        File.Exists(named) ? Path.GetFullPath(named) : Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, named);
}
