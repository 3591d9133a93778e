using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Pipeline.Tests.Plans.Versions;

public sealed class SubsetTests
{
    private const string PaintedHere = "painted: { source: composites }";

    [Fact]
    public void A_version_may_name_several_datasets_and_each_overrides_what_the_version_says()
    {
        var plan = PlanFile.LoadText(PlanFile.Good
            .Replace(PaintedHere, "painted: { source: composites, num_repeats: 2, flip_aug: true, keep_tokens: 3 }\n  reg: { source: folder, folder: boats, is_reg: true, caption_prefix: PRE }", StringComparison.Ordinal)
            .Replace("    dataset: painted", "    dataset: [white, painted, reg]\n    shuffle_caption: true\n    keep_tokens: 1\n    prior_loss_weight: 0.5", StringComparison.Ordinal));
        var version = plan.Version("v03");

        Assert.Equal(["white", "painted", "reg"], version.Datasets.Select(dataset => dataset.Key));
        Assert.Equal([false, true, false], version.Datasets.Select(dataset => version.Subset(dataset).FlipAug));
        Assert.Equal([false, false, true], version.Datasets.Select(dataset => version.Subset(dataset).IsReg));
        Assert.Equal([1, 3, 1], version.Datasets.Select(dataset => version.Subset(dataset).Caption!.KeepTokens));
        Assert.All(version.Datasets, dataset => Assert.True(version.Subset(dataset).Caption!.ShuffleCaption));
        Assert.Equal(["", "", "PRE"], version.Datasets.Select(dataset => version.Subset(dataset).Caption!.CaptionPrefix));
        Assert.Equal(0.5, version.Training.Loss.PriorLossWeight);
    }

    [Fact]
    public void What_a_dataset_sets_is_kept_as_its_own_and_what_it_leaves_out_is_not()
    {
        Assert.All(PlanFile.Load().Datasets, dataset => Assert.Empty(dataset.Overrides));
        var painted = PlanFile.Load(PaintedHere, "painted: { source: composites, flip_aug: true, caption_dropout_rate: 0.1 }").Datasets[1];
        Assert.Equal(new Dictionary<string, string>(StringComparer.Ordinal) { ["flip_aug"] = "true", ["caption_dropout_rate"] = "0.1" }, painted.Overrides);
    }

    [Fact]
    public void A_versions_own_flip_is_for_all_its_datasets_and_a_datasets_no_is_stronger()
    {
        var plan = PlanFile.LoadText(PlanFile.Good
            .Replace(PaintedHere, "painted: { source: composites, flip_aug: false }", StringComparison.Ordinal)
            .Replace("    dataset: painted", "    dataset: [white, painted]\n    flip_aug: true", StringComparison.Ordinal));
        var version = plan.Version("v03");
        Assert.True(version.Variations.FlipAug);
        Assert.Equal([true, false], version.Datasets.Select(dataset => version.Subset(dataset).FlipAug));
    }

    [Fact]
    public void Steps_count_the_uses_of_all_subsets()
    {
        var version = PlanFile.Load("    dataset: painted", "    dataset: [white, painted]\n    max_train_steps: null\n    max_train_epochs: 2\n    train_batch_size: 4").Version("v03");
        Assert.Equal(2 * 65, version.OptimizerSteps(composites: 100));
    }

    [Theory]
    [InlineData("    dataset: painted", "    dataset: [painted, whte]", "`versions.v03.dataset` names no dataset: `whte`; did you mean `white`?")]
    [InlineData("    dataset: painted", "    dataset: [painted, painted]", "`versions.v03.dataset` names `painted` twice")]
    [InlineData("    dataset: painted", "    dataset: []", "`versions.v03.dataset` must be a text")]
    [InlineData("    dataset: painted", "    dataset: painted\n    color_aug: true", "`versions.v03.cache_latents` must be false for the `color_aug` or `random_crop` of dataset `painted`")]
    [InlineData(PaintedHere, "painted: { source: composites, random_crop: true }", "`versions.v03.cache_latents` must be false")]
    [InlineData(PaintedHere, "painted: { source: composites, is_reg: true }", "`datasets.painted.is_reg` is for pictures without the subject")]
    [InlineData(PaintedHere, "painted: { source: folder, folder: x, is_reg: true }", "`versions.v03.dataset` has regularisation pictures (`is_reg`) only")]
    [InlineData(PaintedHere, "painted: { source: composites, alpha_mask: true }", "`datasets.painted.alpha_mask` belongs to `source: folder`.")]
    [InlineData(PaintedHere, "painted: { source: folder, folder: x, alpha_mask: true }", "`datasets.painted.alpha` must be white or black with `alpha_mask`")]
    [InlineData(PaintedHere, "painted: { source: folder, folder: x, alpha: white, alpha_mask: true, conditioning_data_dir: m }", "`datasets.painted.alpha_mask` and `conditioning_data_dir` both say")]
    [InlineData(PaintedHere, "painted: { source: folder, folder: x, caption_extension: txt }", "`datasets.painted.caption_extension` must begin with a dot")]
    [InlineData("    dataset: painted", "    dataset: painted\n    unmasked_weight: 0.1", "`versions.v03.unmasked_weight` belongs to `masked_loss: true`.")]
    [InlineData("    dataset: painted", "    dataset: painted\n    max_token_length: 100", "`versions.v03.max_token_length` must be one of 75, 150, 225")]
    public void What_cannot_be_is_said(string find, string replace, string expected)
    {
        var problems = PlanFile.Problems(find, replace);
        Assert.Contains(expected, problems[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_masked_loss_needs_masks()
    {
        var text = PlanFile.Good.Replace("    dataset: painted", "    dataset: [painted, mine]\n    masked_loss: true", StringComparison.Ordinal);
        string With(string mine) => text.Replace(PaintedHere, PaintedHere + "\n  mine: " + mine, StringComparison.Ordinal);

        var problem = Assert.Single(Assert.Throws<PlanException>(() => PlanFile.LoadText(With("{ source: folder, folder: x }"))).Problems);
        Assert.Contains("`versions.v03.masked_loss` needs masks, and dataset `mine` has none", problem, StringComparison.Ordinal);
        Assert.True(PlanFile.LoadText(With("{ source: folder, folder: x, is_reg: true }")).Version("v03").Training.Mask.MaskedLoss);
        Assert.True(PlanFile.LoadText(With("{ source: folder, folder: x, conditioning_data_dir: m }")).Version("v03").Training.Mask.MaskedLoss);
    }

    [Fact]
    public void Colours_vary_where_latents_are_not_cached() =>
        Assert.False(PlanFile.Load("    dataset: painted", "    dataset: painted\n    color_aug: true\n    cache_latents: false").Version("v03").Training.Data.CacheLatents);
}
