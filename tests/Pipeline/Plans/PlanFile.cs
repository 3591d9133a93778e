namespace Slipway.Pipeline.Tests.Plans;

/// <summary>A small plan that is right, and ways to spoil it.</summary>
internal static class PlanFile
{
    public const string Good =
        """
        name: boat
        trigger_word: boat_kun
        sprite: boat.png
        default_profile: tiny
        profiles:
          tiny: { base_model: base, resolution: 64, tagger: { model: t.onnx, tags: t.csv } }
        backgrounds:
          prompts: { beach: sand and sea }
        datasets:
          white: { source: sprite, alpha: white, num_repeats: 160, caption: boat_kun }
          painted: { source: composites }
        versions:
          v01:
            dataset: white
            max_train_steps: 400
          v02:
            inherits: v01
            lr_scheduler: cosine
          v03:
            inherits: v02
            dataset: painted
        evaluation:
          prompts: { beach: boat_kun on sand }
          seeds: [1, 2]

        """;

    /// <summary>The good plan with one piece replaced, read back.</summary>
    public static Slipway.Pipeline.Plans.Plan Load(string find = "", string replace = "", string? profile = null, IReadOnlyDictionary<string, string>? overrides = null)
    {
        if (find.Length > 0)
            Assert.Contains(find, Good, StringComparison.Ordinal);
        return LoadText(find.Length == 0 ? Good : Good.Replace(find, replace, StringComparison.Ordinal), profile, overrides);
    }

    public static Slipway.Pipeline.Plans.Plan LoadText(string text, string? profile = null, IReadOnlyDictionary<string, string>? overrides = null)
    {
        using var folder = new TemporaryFolder();
        return Slipway.Pipeline.Plans.Plan.Load(folder.Write("plan.yaml", text), profile, overrides);
    }

    /// <summary>What is said about the good plan with one piece replaced.</summary>
    public static IReadOnlyList<string> Problems(string find, string replace) =>
        Assert.Throws<Slipway.Pipeline.Plans.Yaml.PlanException>(() => Load(find, replace)).Problems;
}
