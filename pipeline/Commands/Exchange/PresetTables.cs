using Tomlyn.Model;

namespace Slipway.Pipeline.Commands.Exchange;

/// <summary>
/// The TOML of derrian-distro's LoRA_Easy_Training_Scripts: tables of widgets, <c>[network_args.args]</c> beside <c>[general_args.dataset_args]</c>,
/// with tables of arguments in them, and <c>[[subsets]]</c>.
/// </summary>
internal static class PresetTables
{
    private const string Subsets = "subsets";
    private static readonly string[] Groups = ["args", "dataset_args"];

    /// <summary>Whether a file is such a preset.</summary>
    public static bool Is(TomlTable root) => root.ContainsKey("train_mode") || root.ContainsKey(Subsets) || root.Values.OfType<TomlTable>().Any(table => Groups.Any(group => table.TryGetValue(group, out var found) && found is TomlTable));

    /// <summary>Its options, each under sd-scripts' name.</summary>
    /// <param name="root">The file.</param>
    /// <param name="read">Reads a table of options.</param>
    public static ForeignOptions Options(TomlTable root, Func<TomlTable, ForeignOptions> read)
    {
        var options = new ForeignOptions();
        foreach (var table in root.Values.OfType<TomlTable>().SelectMany(table => Groups.Select(group => table.TryGetValue(group, out var found) ? found as TomlTable : null)).OfType<TomlTable>())
        {
            options.Over(read(Plain(table)));
            foreach (var (name, value) in table.Where(pair => pair.Value is TomlTable))
                options.Set(name, [.. read((TomlTable)value).Values.Select(pair => $"{pair.Key}={string.Join(',', pair.Value)}")]);
        }
        foreach (var (theirs, ours) in new[] { ("batch_size", "train_batch_size"), ("warmup_ratio", "lr_warmup_steps") })
        {
            if (options[theirs] is { } value)
                options.SetIfAbsent(ours, value);
            options.Remove(theirs);
        }
        options.SetIfAbsent("network_module", options.Values.GetValueOrDefault("network_args")?.Any(argument => argument.StartsWith("algo=", StringComparison.Ordinal)) == true ? "lycoris.kohya" : "networks.lora");
        return options;
    }

    /// <summary>Its folders of pictures; null: there are none in it.</summary>
    public static IReadOnlyList<ForeignOptions>? Folders(TomlTable root, Func<TomlTable, ForeignOptions> read) => root.TryGetValue(Subsets, out var found) && found is TomlTableArray tables
        ? [.. tables.Select(table => Named(read(Plain(table))))]
        : null;

    private static ForeignOptions Named(ForeignOptions subset)
    {
        subset.Remove("name");
        return subset;
    }

    private static TomlTable Plain(TomlTable table)
    {
        var plain = new TomlTable();
        foreach (var (name, value) in table.Where(pair => pair.Value is not (TomlTable or TomlTableArray)))
            plain[name] = value;
        return plain;
    }
}
