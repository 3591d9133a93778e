using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Slipway.Pipeline.Commands.Publishing;

/// <summary>A picture of a model card, with the prompt that it was drawn with.</summary>
/// <param name="Path">Relative to the card.</param>
/// <param name="Prompt">The prompt.</param>
internal sealed record CardPicture(string Path, string Prompt);

/// <summary>
/// A model card as the Hugging Face Hub reads it: <c>README.md</c> with metadata in YAML in front (hub-docs, <c>modelcard.md</c>) and Markdown behind. As diffusers' own training scripts write
/// them for LoRAs, so that the hub shows pictures, trigger word and base model.
/// </summary>
internal sealed record ModelCard
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The heading.</summary>
    public required string Title { get; init; }

    /// <summary>Name of the LoRA's file without extension.</summary>
    public required string File { get; init; }

    /// <summary>The word that calls the mascot.</summary>
    public required string TriggerWord { get; init; }

    /// <summary>Strength at which it was measured.</summary>
    public required double Strength { get; init; }

    /// <summary>The user's own words; null: none.</summary>
    public string? Description { get; init; }

    /// <summary>Who made it; null: not said.</summary>
    public string? Author { get; init; }

    /// <summary>The licence, as the hub calls it or any name; null: not said.</summary>
    public string? License { get; init; }

    /// <summary>Further tags.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The base model's repository on the hub; null where it is none of the hub's.</summary>
    public string? BaseModel { get; init; }

    /// <summary>What the base model is called.</summary>
    public required string BaseModelName { get; init; }

    /// <summary>The grid's file; null: none.</summary>
    public string? Grid { get; init; }

    /// <summary>Pictures for the gallery.</summary>
    public IReadOnlyList<CardPicture> Pictures { get; init; } = [];

    /// <summary>What was measured, by measure, of the base model without the LoRA and with it.</summary>
    public IReadOnlyList<(string Measure, double? Base, double? Lora)> Figures { get; init; } = [];

    /// <summary>How pictures were drawn, by setting.</summary>
    public IReadOnlyList<(string Name, string Value)> Sampling { get; init; } = [];

    /// <summary>How it was trained, by option.</summary>
    public IReadOnlyList<(string Name, string Value)> Training { get; init; } = [];

    /// <summary>The file's text.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("---\n");
        // An identifier of the hub's is lower-case and has no blanks; anything else has a name of its own there.
        if (License is not null && License.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.' or '+'))
            text.Append($"license: {Quote(License)}\n");
        else if (License is not null)
            text.Append($"license: other\nlicense_name: {Quote(License)}\n");
        if (BaseModel is not null)
            text.Append($"base_model: {Quote(BaseModel)}\n");
        text.Append("library_name: diffusers\npipeline_tag: text-to-image\n").Append($"instance_prompt: {Quote(TriggerWord)}\ntags:\n");
        foreach (var tag in new[] { "text-to-image", "stable-diffusion-xl", "stable-diffusion-xl-diffusers", "diffusers", "lora", "template:sd-lora" }.Concat(Tags).Distinct(StringComparer.Ordinal))
            text.Append($"- {Quote(tag)}\n");
        if (Pictures.Count > 0)
            text.Append("widget:\n");
        foreach (var picture in Pictures)
            text.Append($"- text: {Quote(picture.Prompt)}\n  output:\n    url: {Quote(picture.Path)}\n");
        text.Append($"---\n\n# {Title}\n\n");
        if (Pictures.Count > 0)
            text.Append("<Gallery />\n\n");
        if (Description is not null)
            text.Append(Description.Trim()).Append("\n\n");
        AppendUse(text);
        if (Grid is not null)
            text.Append($"## Pictures\n\n![Every prompt with every seed, drawn with this LoRA.]({Grid})\n\n");
        foreach (var picture in Pictures)
            text.Append($"- `{picture.Prompt.Replace("`", "'", StringComparison.Ordinal)}`\n");
        text.Append(Pictures.Count > 0 ? "\n" : "");
        if (Figures.Count > 0)
            AppendTable(text, "Figures", ["", "without", "with"], Figures.Select(figure => new[] { figure.Measure, Number(figure.Base), Number(figure.Lora) }));
        AppendTable(text, "How the pictures were drawn", ["", ""], Sampling.Select(setting => new[] { setting.Name, setting.Value }));
        AppendTable(text, "How it was trained", ["", ""], Training.Select(setting => new[] { setting.Name, setting.Value }));
        if (Author is not null || License is not null)
            text.Append($"## Licence\n\n{string.Join(" ", new[] { Author is null ? null : $"By {Author}.", License is null ? null : $"{License}." }.OfType<string>())}\n");
        return text.ToString().TrimEnd('\n') + "\n";
    }

    private void AppendUse(StringBuilder text)
    {
        var strength = Strength.ToString(CultureInfo.InvariantCulture);
        text.Append($"## Use\n\nThe trigger word is `{TriggerWord}`; the base model is {BaseModelName}. In web UIs: `{TriggerWord}, … <lora:{File}:{strength}>`.\n\n");
        if (BaseModel is null)
            return;
        text.Append($"""
            ```python
            import torch
            from diffusers import AutoPipelineForText2Image

            pipeline = AutoPipelineForText2Image.from_pretrained({Quote(BaseModel)}, torch_dtype=torch.float16).to("cuda")
            pipeline.load_lora_weights(".", weight_name={Quote(File + ".safetensors")})
            image = pipeline({Quote(TriggerWord)}, cross_attention_kwargs=dict(scale={strength})).images[0]
            ```
            """.ReplaceLineEndings("\n")).Append("\n\n");
    }

    private static void AppendTable(StringBuilder text, string heading, IReadOnlyList<string> header, IEnumerable<string[]> rows)
    {
        text.Append($"## {heading}\n\n| {string.Join(" | ", header)} |\n|{string.Concat(header.Select(_ => "---|"))}\n");
        foreach (var row in rows)
            text.Append($"| {string.Join(" | ", row.Select(Cell))} |\n");
        text.Append('\n');
    }

    private static string Cell(string value) => value.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");

    private static string Number(double? value) => value?.ToString("0.##", CultureInfo.InvariantCulture) ?? "–";

    // JSON's strings are YAML's, in quotes.
    private static string Quote(string value) => JsonSerializer.Serialize(value, Json);
}
