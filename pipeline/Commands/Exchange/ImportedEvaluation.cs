using System.Globalization;
using Slipway.Diffusion.Sampling;
using Slipway.Pipeline.Plans.Sections;

namespace Slipway.Pipeline.Commands.Exchange;

/// <summary>
/// What sd-scripts draws while it trains, as a plan's <c>evaluation</c>: there every prompt is drawn with every seed, and all in one way, so that
/// pictures can be compared; what a file asks for otherwise is said.
/// </summary>
internal sealed class ImportedEvaluation
{
    private const int UsualSide = 512;
    private const int UsualSteps = 30;
    private const double UsualScale = 7.5;
    private const string UsualSampler = "ddim";

    // sd-scripts' names of samplers that are here too; first the one that is written.
    private static readonly (string[] Theirs, string Ours)[] Samplers =
    [
        (["ddim"], "DDIM"), (["euler", "k_euler"], "Euler"), (["euler_a", "k_euler_a"], SamplerNames.EulerAncestral), (["dpmsolver++"], "DPM++ 2M"),
    ];

    private readonly List<string> _notes = [];
    private readonly List<string> _lines = ["evaluation:"];

    /// <param name="pictures">At least one.</param>
    /// <param name="sampler"><c>sample_sampler</c>; null: sd-scripts' own.</param>
    /// <param name="resolution">Side of the plan's squares, in pixels.</param>
    public ImportedEvaluation(IReadOnlyList<SamplePrompt> pictures, string? sampler, int resolution)
    {
        var prompts = pictures.Select(picture => (picture.Prompt, Size: SizeOf(picture))).Distinct().ToList();
        _lines.Add("  prompts:");
        foreach (var (i, (prompt, size)) in prompts.Index())
            _lines.Add(size == PictureSize.Square(resolution) ? $"    sample_{i + 1}: {VersionYaml.Scalar(prompt)}" : $"    sample_{i + 1}: {{ prompt: {VersionYaml.Quoted(prompt)}, size: {size} }}");
        _notes.Add("`sample_prompts`: a prompt's name in the plan is the tag that the tagger should find in its pictures; give `sample_1` … such names.");
        Seeds(pictures, prompts.Count);
        Add("negative_prompt", [.. pictures.Select(picture => picture.NegativePrompt ?? "")]);
        Add("steps", [.. pictures.Select(picture => (picture.Steps ?? UsualSteps).ToString(CultureInfo.InvariantCulture))]);
        Add("guidance", [.. pictures.Select(picture => Math.Max(1, picture.Scale ?? UsualScale).ToString("R", CultureInfo.InvariantCulture))]);
        Sampler([.. pictures.Select(picture => picture.Sampler ?? sampler ?? UsualSampler).Distinct(StringComparer.Ordinal)]);
        if (pictures.SelectMany(picture => picture.Others).Distinct(StringComparer.Ordinal).ToList() is { Count: > 0 } others)
            _notes.Add($"`sample_prompts`: {string.Join(", ", others)} {(others.Count == 1 ? "has" : "have")} no counterpart.");
    }

    /// <summary>The section's lines.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>What was not taken over, and why, a line each.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>sd-scripts' name of a sampler; null where it has none like it.</summary>
    public static string? SamplerName(string ours) => Samplers.FirstOrDefault(known => known.Ours == ours).Theirs?[0];

    private void Seeds(IReadOnlyList<SamplePrompt> pictures, int prompts)
    {
        var seeds = pictures.Select(picture => picture.Seed).OfType<long>().Distinct().ToList();
        if (seeds.Count == 0)
            _notes.Add("`sample_prompts` gives no seed, and sd-scripts draws with a random one; 1 was taken.");
        else if (seeds.Count > 1 && prompts > 1)
            _notes.Add($"`sample_prompts`: the {seeds.Count} seeds were taken for all prompts: a plan draws every prompt with every seed.");
        _lines.Add($"  seeds: [{string.Join(", ", seeds.DefaultIfEmpty(1))}]");
    }

    private void Add(string key, IReadOnlyList<string> values)
    {
        if (values.Distinct(StringComparer.Ordinal).Count() > 1)
            _notes.Add($"`sample_prompts`: `{key}` differs between the pictures ({string.Join("; ", values.Distinct(StringComparer.Ordinal))}); a plan has one: {values[0]} was taken.");
        if (values[0].Length > 0)
            _lines.Add($"  {key}: {VersionYaml.Scalar(values[0])}");
    }

    private void Sampler(IReadOnlyList<string> names)
    {
        var known = Samplers.FirstOrDefault(known => known.Theirs.Contains(names[0], StringComparer.OrdinalIgnoreCase)).Ours;
        if (known is null)
            _notes.Add($"`sample_sampler` {names[0]} has no counterpart; there are {string.Join(", ", SamplerNames.All)}.");
        else
            _lines.Add($"  sampler: {known}");
        if (names.Count > 1)
            _notes.Add($"`sample_prompts`: the sampler differs between the pictures ({string.Join("; ", names)}); a plan has one.");
    }

    // sd-scripts takes multiples of 8 from 64 on; a plan those of 16.
    private PictureSize SizeOf(SamplePrompt picture)
    {
        var (width, height) = (Side(picture.Width ?? UsualSide), Side(picture.Height ?? UsualSide));
        if ((width, height) != (picture.Width ?? UsualSide, picture.Height ?? UsualSide))
            _notes.Add($"`sample_prompts`: {picture.Width ?? UsualSide}x{picture.Height ?? UsualSide} is no size here, where sides are multiples of {PictureSize.Step} up to {PictureSize.Longest}; {width}x{height} was taken.");
        return new(width, height);
    }

    private static int Side(int side) => Math.Clamp(side - (side % PictureSize.Step), 64, PictureSize.Longest);
}
