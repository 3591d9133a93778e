using System.Globalization;
using Tomlyn.Model;

namespace Slipway.Pipeline.Commands.Exchange;

/// <summary>
/// sd-scripts' two TOML files: <c>config_file</c>, whose sections have no meaning and may be left out, and
/// <c>dataset_config</c> with <c>[general]</c>, <c>[[datasets]]</c> and <c>[[datasets.subsets]]</c>.
/// </summary>
internal static class TomlConfiguration
{
    private const int LargestFile = 1 << 20;

    /// <summary>The options of a <c>config_file</c>.</summary>
    /// <exception cref="InvalidDataException">It is no TOML, or more than a configuration may be.</exception>
    public static ForeignOptions ReadOptions(string path)
    {
        var root = Read(path);
        if (PresetTables.Is(root))
            return PresetTables.Options(root, table => Options(table, path));
        var options = new ForeignOptions();
        foreach (var (name, value) in root)
        {
            if (value is TomlTable section)
                options.Over(Options(section, path));
            else
                options.Set(name, Texts(value, name, path));
        }

        return options;
    }

    /// <summary>The folders of pictures that a preset of LoRA_Easy_Training_Scripts names; null: the file is none, or names none.</summary>
    public static (IReadOnlyList<ForeignOptions> Datasets, IReadOnlyList<ForeignOptions> Subsets)? ReadFolders(string path) =>
        Read(path) is var root && PresetTables.Is(root) && PresetTables.Folders(root, table => Options(table, path)) is { Count: > 0 } folders ? ([], folders) : null;

    /// <summary>Whether a text is TOML with at least one key; a line <c>--name=8</c> is one by its grammar, and an argument.</summary>
    public static bool IsToml(string text)
    {
        try
        {
            return TomlText.Read(text, "text") is { Count: > 0 } root && !root.Keys.Any(key => key.StartsWith('-'));
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>The subsets of a <c>dataset_config</c>, each with what it inherits from its dataset and from <c>[general]</c>; and the options of each dataset.</summary>
    /// <exception cref="InvalidDataException">It is no TOML, or has no datasets.</exception>
    public static (IReadOnlyList<ForeignOptions> Datasets, IReadOnlyList<ForeignOptions> Subsets) ReadDatasets(string path)
    {
        var root = Read(path);
        var general = root.TryGetValue("general", out var found) && found is TomlTable table ? Options(table, path) : new ForeignOptions();
        var (datasets, subsets) = (new List<ForeignOptions>(), new List<ForeignOptions>());
        foreach (var dataset in Tables(root, "datasets", path))
        {
            var own = Options(dataset, path, "subsets");
            own.Under(general);
            datasets.Add(own);
            foreach (var subset in Tables(dataset, "subsets", path))
            {
                var options = Options(subset, path);
                options.Under(own);
                subsets.Add(options);
            }
        }

        return subsets.Count > 0 ? (datasets, subsets) : throw new InvalidDataException($"{path} has no subsets; expected [[datasets]] with [[datasets.subsets]] as sd-scripts reads them.");
    }

    private static TomlTable Read(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path} does not exist.", path);
        if (new FileInfo(path).Length > LargestFile)
            throw new InvalidDataException($"{path} has more than {LargestFile} bytes: no configuration is that long.");
        return TomlText.Read(File.ReadAllText(path), path);
    }

    private static ForeignOptions Options(TomlTable table, string path, string? except = null)
    {
        var options = new ForeignOptions();
        foreach (var (name, value) in table.Where(pair => pair.Key != except))
            options.Set(name, Texts(value, name, path));
        return options;
    }

    private static IEnumerable<TomlTable> Tables(TomlTable table, string name, string path) => table.TryGetValue(name, out var found)
        ? found switch
        {
            TomlTableArray tables => tables,
            TomlArray array when array.All(item => item is TomlTable) => array.OfType<TomlTable>(),
            _ => throw new InvalidDataException($"{path}: `{name}` must be a list of tables."),
        }
        : [];

    private static string[] Texts(object? value, string name, string path) => value switch
    {
        TomlArray array => [.. array.Select(item => Text(item, name, path))],
        _ => [Text(value, name, path)],
    };

    private static string Text(object? value, string name, string path) => value switch
    {
        string text => text,
        bool flag => flag ? "true" : "false",
        long whole => whole.ToString(CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        _ => throw new InvalidDataException($"{path}: `{name}` must be a text, a number, true or false, or a list of these."),
    };
}
