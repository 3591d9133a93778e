using Slipway.Diffusion.Files;
using Slipway.Diffusion.Text;

namespace Slipway.Diffusion.Checkpoints;

/// <summary>
/// What a checkpoint in a single file does not hold, under diffusers' names: <c>tokenizer/</c>, <c>tokenizer_2/</c> and,
/// where SDXL's own sizes are not the model's, <c>unet/config.json</c>, <c>scheduler/scheduler_config.json</c> and so on.
/// Looked for in the folder named, else in the folder that has the checkpoint's name (<c>model/</c> for
/// <c>model.safetensors</c>), then beside the checkpoint.
/// </summary>
internal sealed class CompanionFiles
{
    private const string SecondPad = "!";

    private readonly string _checkpoint;
    private readonly string[] _folders;

    /// <param name="checkpoint">The checkpoint's file.</param>
    /// <param name="folder">The only folder to look in; null: the usual ones.</param>
    /// <exception cref="DirectoryNotFoundException">The folder named does not exist.</exception>
    public CompanionFiles(string checkpoint, string? folder)
    {
        if (folder is not null && !Directory.Exists(folder))
            throw new DirectoryNotFoundException($"Folder '{folder}' does not exist. Expected what {checkpoint} does not hold: tokenizer/, tokenizer_2/, configurations.");
        _checkpoint = checkpoint;
        _folders = folder is not null ? [folder] : [Path.ChangeExtension(checkpoint, null), Path.GetDirectoryName(Path.GetFullPath(checkpoint))!];
    }

    /// <summary>The path of a file such as <c>unet/config.json</c>; null where there is none.</summary>
    public string? Find(string part, string file) => _folders.Select(folder => Path.Combine(folder, part, file)).FirstOrDefault(File.Exists);

    /// <summary>
    /// SDXL's two tokenizers have one vocabulary, so one folder does for both; whatever it says of padding, the first
    /// pads with the end token, the second with <c>!</c>.
    /// </summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public (ClipTokenizer First, ClipTokenizer Second) Tokenizers()
    {
        var (first, second) = TokenizerFolders();
        return (ClipTokenizer.Load(first, ClipTokenizer.Eos), ClipTokenizer.Load(second, SecondPad));
    }

    /// <summary>Whether any of them is there.</summary>
    public bool Any => Folder("tokenizer") is not null || Folder("tokenizer_2") is not null || Folder(".") is not null || Configurations.Any(file => file.Path is not null);

    private IEnumerable<(string Role, string? Path)> Configurations => new[] { "text_encoder", "text_encoder_2", "unet", "vae" }.Select(part => (Part: part, File: "config.json"))
        .Append((Part: "scheduler", File: "scheduler_config.json"))
        .Select(file => (Role: $"{file.Part}/{file.File}", Path: Find(file.Part, file.File)));

    /// <summary>All files that are there and are read.</summary>
    /// <exception cref="FileNotFoundException">There is no tokenizer.</exception>
    public IEnumerable<ModelFile> Files()
    {
        var (first, second) = TokenizerFolders();
        return
        [
            .. ClipTokenizer.Files(first, "tokenizer"),
            .. ClipTokenizer.Files(second, "tokenizer_2"),
            .. Configurations.Where(file => file.Path is not null).Select(file => new ModelFile(file.Role, file.Path!)),
        ];
    }

    private (string First, string Second) TokenizerFolders()
    {
        var (first, second) = (Folder("tokenizer"), Folder("tokenizer_2"));
        var any = first ?? second ?? Folder(".") ?? throw new FileNotFoundException(
            $"{_checkpoint} is a single file and holds no tokenizer, and there is none in {string.Join(" or ", _folders)}. `./build.sh --target=Fetch` brings it, once for all models of this machine; or put the folders tokenizer/ and tokenizer_2/ (vocab.json, merges.txt) of any SDXL model in diffusers' layout there, or name a folder that has them (`tokenizer`).");
        return (first ?? any, second ?? any);
    }

    private string? Folder(string name) => Find(name, "vocab.json") is { } file ? Path.GetDirectoryName(file) : null;
}
