using Slipway.Engine.Options;
using Slipway.Pipeline.Drawing;

namespace Slipway.Pipeline.Commands.Sampling;

/// <summary>
/// Where a LoRA that is called by its name is looked for, in this order: <c>lora</c> among the plan's outputs, <c>models/lora</c>, both
/// with the folders below them, and the folder in which the model lies. <see cref="LoraSearch"/> says what a name may be.
/// </summary>
/// <param name="folder">Where the user stands: paths of options are relative to it.</param>
/// <param name="workspace">The plan's folder.</param>
/// <param name="artifacts">Folder of the plan's outputs, relative to the workspace; null: <c>artifacts</c>.</param>
/// <param name="model">Full path of the model.</param>
internal sealed class LoraFolders(string folder, string workspace, string? artifacts, string model)
{
    private readonly string[] _folders = [Path.Combine(workspace, artifacts ?? "artifacts", "lora"), Path.Combine(workspace, "models", "lora")];
    private readonly string _beside = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(model))!;

    /// <summary>The LoRA that a prompt names.</summary>
    /// <exception cref="FileNotFoundException">There is none; the message lists those that there are.</exception>
    /// <exception cref="ArgumentException">There are several.</exception>
    public LoraUse Find(LoraTag tag) => Known(tag.Name) is { } found
        ? new LoraUse(tag, found)
        : throw new FileNotFoundException($"There is no LoRA `{tag.Name}` in {Shown()}; {NearestName.Hint(tag.Name, Names())}");

    /// <summary>The LoRA of the option <c>--lora</c>: a path, or a name.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="ArgumentException">There are several.</exception>
    public LoraUse FindOption(LoraTag tag)
    {
        var path = Path.GetFullPath(tag.Name, folder);
        if (File.Exists(path))
            return new LoraUse(tag with { Name = Path.GetFileNameWithoutExtension(path) }, path);
        if (Directory.Exists(path) && Known(tag.Name) is null)
            throw new FileNotFoundException($"The LoRA '{tag.Name}' is a folder; expected --lora=FILE:strength, or the name of one in {Shown()}.", path);
        return !tag.Name.EndsWith(LoraSearch.Extension, StringComparison.OrdinalIgnoreCase)
            ? Find(tag)
            : throw new FileNotFoundException($"The LoRA file '{tag.Name}' does not exist; expected --lora=FILE:strength, or the name of one in {Shown()}.", path);
    }

    private string? Known(string name) => _folders.Select(known => LoraSearch.Find(known, name)).FirstOrDefault(path => path is not null) ?? Beside(name);

    private string? Beside(string name) =>
        name.IndexOfAny(['/', '\\']) < 0 && Path.Combine(_beside, LoraSearch.WithoutExtension(name) + LoraSearch.Extension) is var path && File.Exists(path) ? path : null;

    /// <summary>Models in a single file lie among the LoRAs; what has no LoRA's size or name cannot be told from outside, so all are listed.</summary>
    private IEnumerable<string> Names() => _folders.SelectMany(LoraSearch.Names)
        .Concat(Directory.Exists(_beside) ? Directory.GetFiles(_beside, "*" + LoraSearch.Extension).Where(file => file != model).Select(file => Path.GetFileNameWithoutExtension(file)) : [])
        .Distinct(StringComparer.Ordinal);

    private string Shown() => string.Join(", ", _folders.Append(_beside).Select(known => Path.GetRelativePath(folder, known)).Distinct(StringComparer.Ordinal));
}
