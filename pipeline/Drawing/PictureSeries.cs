using System.Globalization;
using Slipway.Diffusion.Model;
using Slipway.Diffusion.Sampling;
using Slipway.Imaging.Pictures;
using Slipway.Training.LoraFiles;
using Slipway.Training.Networks;

namespace Slipway.Pipeline.Drawing;

/// <summary>
/// Pictures of one model with its LoRAs, as PNG files that say how they were made. All that Slipway draws for anybody to
/// see is drawn here.
/// </summary>
/// <param name="model">The model; it stays the caller's.</param>
/// <param name="identity">What the pictures say of it.</param>
/// <param name="loras">The LoRAs; those that a prompt names must be among them.</param>
/// <param name="version">Slipway's version: it stands in every picture.</param>
/// <param name="say">Told, in a line, where pictures are too large to be decoded as a whole.</param>
/// <param name="warn">Told what is left out of a LoRA, a line each.</param>
internal sealed class PictureSeries(
    SdxlModel model, ModelIdentity identity, IReadOnlyList<LoraUse> loras, string version, Action<string>? say = null, Action<string>? warn = null)
{
    /// <summary>Side of the largest pictures, in pixels, that came out the same when free memory decided whether they were decoded in tiles: one tile.</summary>
    private const int OneTile = 512;

    /// <summary>Whether free memory had a say in a picture once: then its key is another than it was.</summary>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    public static bool OnceDependedOnMemory(int width, int height) => width > OneTile || height > OneTile;

    /// <summary>Draws <paramref name="requests"/> and writes them.</summary>
    /// <param name="requests">The pictures wanted, prompts as somebody wrote them.</param>
    /// <param name="options">How they are drawn.</param>
    /// <param name="paths">A file for each.</param>
    /// <param name="progress">Told of every step.</param>
    /// <param name="cancel">Looked at before every step.</param>
    /// <exception cref="ArgumentException">A prompt names a LoRA that is not there.</exception>
    public void Draw(
        IReadOnlyList<SamplingRequest> requests, SamplingOptions options, IReadOnlyList<string> paths, Action<SamplingStep>? progress, CancellationToken cancel)
    {
        SamplingRequest[] drawn = [.. requests.Select(WithoutTags)];
        IReadOnlyList<byte[]> pictures = [];
        MemoryShortage.Guard(
            Drawing(drawn), "Lower batch_size or the pictures' size, or free memory that other programs hold.", () => pictures = Draw(drawn, options, progress, cancel));

        var hashes = string.Join(", ", loras.Select(lora => $"{ModelIdentity.Plain(lora.Tag.Name)}: {lora.ShortHash()}").Distinct(StringComparer.Ordinal));
        for (var i = 0; i < requests.Count; i++)
        {
            var text = new Dictionary<string, string>(StringComparer.Ordinal) { [Infotext.Keyword] = Describe(requests[i], options, hashes).ToString() };
            Picture.FromRgb(requests[i].Width, requests[i].Height, pictures[i]).SavePng(paths[i], text);
        }
    }

    private static string Drawing(IReadOnlyList<SamplingRequest> requests) =>
        string.Create(CultureInfo.InvariantCulture, $"drawing {requests.Count} pictures of up to {requests.Max(request => request.Width)}×{requests.Max(request => request.Height)}");

    private IReadOnlyList<byte[]> Draw(IReadOnlyList<SamplingRequest> requests, SamplingOptions options, Action<SamplingStep>? progress, CancellationToken cancel)
    {
        var networks = new List<LoraNetwork>();
        var merge = new LoraMerge();
        try
        {
            foreach (var lora in loras)
            {
                networks.Add(LoraFile.Load(model, lora.Path, warn));
                networks[^1].SetMultipliers(lora.Tag.Strengths.TextEncoder, lora.Tag.Strengths.UNet);
                merge.Add(networks[^1]);
            }

            return new TextToImage(model, say).Generate(requests, options, progress, cancel);
        }
        finally
        {
            merge.Dispose();
            networks.ForEach(network => network.Dispose());
        }
    }

    private SamplingRequest WithoutTags(SamplingRequest request)
    {
        var (text, tags) = LoraTag.Split(request.Prompt);
        if (tags.FirstOrDefault(tag => loras.All(lora => lora.Tag != tag)) is { } unknown)
            throw new ArgumentException($"The prompt '{request.Prompt}' names the LoRA {unknown}, which is none of this series.");
        return LoraTag.Split(request.NegativePrompt).Tags.Count > 0
            ? throw new ArgumentException($"The negative prompt '{request.NegativePrompt}' names a LoRA; a LoRA acts on the whole picture: name it in the prompt.")
            : request with { Prompt = text };
    }

    private Infotext Describe(SamplingRequest request, SamplingOptions options, string loraHashes)
    {
        var named = LoraTag.Split(request.Prompt).Tags;
        var others = loras.Select(lora => lora.Tag).Where(tag => !named.Contains(tag)).Select(tag => $" {tag}");
        List<KeyValuePair<string, string>> settings =
        [
            new("Steps", Text($"{options.Steps}")),
            new("Sampler", options.Sampler),
            new("CFG scale", Text($"{options.Guidance}")),
            new("Seed", Text($"{request.Seed}")),
            new("Size", Text($"{request.Width}x{request.Height}")),
            .. identity.Settings,
        ];
        if (options.Spacing is { } spacing)
            settings.Add(new("Timestep spacing", spacing));
        if (options.DecodesInBFloat16)
            settings.Add(new("Decode precision", "bf16"));
        if (loraHashes.Length > 0)
            settings.Add(new("Lora hashes", loraHashes));
        settings.Add(new("Version", $"Slipway {version}"));
        return new Infotext(request.Prompt + string.Concat(others), request.NegativePrompt, settings);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
