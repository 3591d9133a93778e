using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Commands.Snapshots;

namespace Slipway.Pipeline.Tests.Commands.Snapshots;

public sealed class SnapshotRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private SnapshotRun Run => new(_folder["snapshots"], "snapshots/tiny");

    private string this[string relative] => Path.Combine(_folder["snapshots"], relative);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Nothing_accepted_yet_is_no_pass_and_names_Accept()
    {
        var check = Run.Check(Made().Write());

        Assert.Equal(SnapshotOutcome.NothingAccepted, check.Outcome);
        Assert.Contains("--target=Accept", check.Problem, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["snapshots"]));
    }

    [Fact]
    public void What_is_as_accepted_passes_and_says_what_was_compared()
    {
        Accept();

        var check = Run.Check(Made().Write());

        Assert.Equal((SnapshotOutcome.Same, 12, 1), (check.Outcome, check.Pictures, check.Grids));
        Assert.Equal(["snapshots/tiny: as accepted, pixel by pixel (12 sample pictures, 1 grids, 27 figures)."], check.Lines());
        Assert.Null(check.Problem);
    }

    [Fact]
    public void Swapped_versions_are_named()
    {
        Accept();

        var check = Run.Check(Made(shown: place => place with { Version = place.Version switch { "v01" => "v02", "v02" => "v01", var other => other } }).Write());

        Assert.Contains("v01: 4 of 4 pictures show what was accepted of v02.", Texts(check));
        Assert.Contains("v02: 4 of 4 pictures show what was accepted of v01.", Texts(check));
        Assert.DoesNotContain(check.Findings, finding => finding.Version == "base");
        Assert.StartsWith("The results are not as accepted in snapshots/tiny: v01, v02.", check.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_seed_is_named()
    {
        Accept();

        var check = Run.Check(Made(shown: place => place.Version == "v02" ? place with { Seed = 23 - place.Seed } : place).Write());

        Assert.Contains("v02: 4 of 4 pictures show what was accepted of another seed.", Texts(check));
    }

    [Fact]
    public void A_lost_background_is_named_with_version_prompt_seed_and_the_measure_s_change()
    {
        Accept();

        var check = Run.Check(Made(
            change: (place, picture) => { if (place == ("v01", "forest", 12)) Array.Fill(picture.Pixels, (byte)255); },
            isFound: place => place != ("v01", "forest", 12)).Write());

        Assert.Equal(SnapshotOutcome.Different, check.Outcome);
        var picture = Assert.Single(check.Findings, finding => finding.Seed is not null);
        Assert.Equal(("v01", "forest", 12L), (picture.Version, picture.Kind, picture.Seed));
        Assert.EndsWith("the background `forest` is lost", picture.Text, StringComparison.Ordinal);
        var measure = Assert.Single(check.Findings, finding => finding is { Part: SnapshotPart.Measure, Kind: null });
        Assert.Equal(("v01", "background_recall", "1", "0.75"), (measure.Version, measure.Measure, measure.From, measure.To));
        Assert.True(File.Exists(this["samples/v01/forest_12.received.png"]));
        Assert.True(File.Exists(this["samples/v01/forest_12.difference.received.png"]));
        Assert.True(File.Exists(this["evaluation.received.json"]));
        Assert.Equal(
            [(this["evaluation.received.json"], this["evaluation.verified.json"]), (this["samples/v01/forest_12.received.png"], this["samples/v01/forest_12.verified.png"])],
            check.Pairs);
        Assert.Equal("*.received.*\n", File.ReadAllText(this[".gitignore"]));
    }

    [Fact]
    public void A_shifted_layout_is_told_from_other_pictures()
    {
        Accept();

        var check = Run.Check(Made(gridShift: 3).Write());

        var finding = Assert.Single(check.Findings);
        Assert.Equal(SnapshotPart.Grid, finding.Part);
        Assert.StartsWith("grids/versions: its layout is another, and its pictures are the same", finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void One_channel_of_one_pixel_by_one_is_a_difference_on_the_same_class_of_processor()
    {
        Accept();

        Assert.Equal(SnapshotOutcome.Different, Run.Check(Made(change: OneBit).Write()).Outcome);
    }

    [Fact]
    public void Another_class_of_processor_may_round_otherwise_and_is_named()
    {
        Accept();

        var check = Run.Check(Made(change: OneBit, processor: "AVX-512").Write());

        Assert.Equal((SnapshotOutcome.Same, false), (check.Outcome, check.IsExact));
        Assert.Equal(["processor: AVX2 → AVX-512"], check.OtherClass);
        Assert.Contains("a learning rate 1 % lower", string.Join('\n', check.Lines()), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_batch_size_may_round_otherwise()
    {
        Accept();
        var made = Made(change: OneBit);
        made.Settings["evaluation.batch_size"] = "2";

        Assert.Equal(SnapshotOutcome.Same, Run.Check(made.Write()).Outcome);
    }

    [Fact]
    public void On_another_class_of_processor_a_swapped_version_a_shifted_layout_and_a_lost_background_are_found()
    {
        Accept();

        Assert.Equal(SnapshotOutcome.Different, Run.Check(Made(shown: place => place.Version == "v01" ? place with { Version = "v02" } : place, processor: "SSE").Write()).Outcome);
        Assert.Equal(SnapshotOutcome.Different, Run.Check(Made(gridShift: 3, processor: "SSE").Write()).Outcome);
        Assert.Equal(SnapshotOutcome.Different, Run.Check(Made(isFound: place => place.Version != "v02", processor: "SSE").Write()).Outcome);
    }

    [Fact]
    public void On_another_class_of_processor_a_figure_may_lie_anywhere_in_its_interval()
    {
        Accept();

        Assert.Equal(SnapshotOutcome.Same, Run.Check(Made(isFound: place => place != ("v01", "beach", 11), processor: "SSE").Write()).Outcome);
        Assert.Equal(SnapshotOutcome.Different, Run.Check(Made(isFound: place => place != ("v02", "beach", 11), processor: "SSE").Write()).Outcome);
    }

    [Fact]
    public void A_setting_that_changed_comes_first_and_once_for_all_versions_that_share_it()
    {
        Accept();
        var made = Made(change: OneBit);
        made.Settings["versions.v01.learning_rate"] = "3.96e-3";
        made.Settings["versions.v02.learning_rate"] = "3.96e-3";
        made.Inputs["sprite boat.png"] = new string('b', 64);

        var check = Run.Check(made.Write());

        Assert.Equal(["sprite boat.png: its content is another", "versions.{v01,v02}.learning_rate: 4e-3 → 3.96e-3"], Texts(check).Take(2));
    }

    [Fact]
    public void On_another_class_of_processor_a_change_of_the_plan_is_a_difference_by_itself()
    {
        Accept();
        var made = Made(processor: "SSE");
        made.Settings["versions.v01.learning_rate"] = "3.96e-3";

        var check = Run.Check(made.Write());

        Assert.Equal(SnapshotOutcome.Different, check.Outcome);
        Assert.Equal("versions.v01.learning_rate: 4e-3 → 3.96e-3", Assert.Single(Texts(check)));
    }

    [Fact]
    public void On_the_same_class_a_change_of_the_plan_that_changes_no_result_passes_and_is_told()
    {
        Accept();
        var made = Made();
        made.Settings["report.language"] = "ja";

        var check = Run.Check(made.Write());

        Assert.Equal(SnapshotOutcome.Same, check.Outcome);
        Assert.Equal(["report.language: not set → ja; the results are as accepted"], check.Notes);
    }

    [Fact]
    public void A_number_written_otherwise_is_no_change()
    {
        Accept();
        var made = Made();
        made.Settings["versions.v01.learning_rate"] = "0.004";

        Assert.Empty(Run.Check(made.Write()).Notes);
    }

    [Fact]
    public void A_measure_that_is_new_is_told_and_is_no_difference()
    {
        Accept();

        var check = Run.Check(Made(extraMeasure: ", \"drift\": 0.1").Write());

        Assert.Equal(SnapshotOutcome.Same, check.Outcome);
        Assert.Equal(["drift is measured now and was not accepted yet"], check.Notes);
    }

    [Fact]
    public void A_measure_that_is_gone_is_a_difference()
    {
        Run.Accept(Made(extraMeasure: ", \"drift\": 0.1").Write());

        Assert.Contains("v01: drift 0.1 → not measured", Texts(Run.Check(Made().Write())));
    }

    [Fact]
    public void A_version_more_or_less_is_a_difference()
    {
        Accept();

        Assert.Contains("v02, beach, seed 11: accepted, and not drawn any more", Texts(Run.Check(Made(drawn: ["base", "v01"]).Write())));

        Run.Accept(Made(drawn: ["base", "v01"]).Write());
        Assert.Contains("v02, beach, seed 11: drawn, and not accepted yet", Texts(Run.Check(Made().Write())));
    }

    [Theory]
    [InlineData("samples/v01/beach_11.verified.png")]
    [InlineData("grids/versions.verified.png")]
    [InlineData("evaluation.verified.json")]
    public void A_missing_or_damaged_accepted_file_is_no_pass(string file)
    {
        Accept();
        var bytes = File.ReadAllBytes(this[file]);

        bytes[^3] ^= 1;
        File.WriteAllBytes(this[file], bytes);
        var damaged = Run.Check(Made().Write());
        File.Delete(this[file]);
        var missing = Run.Check(Made().Write());

        Assert.Equal((SnapshotOutcome.NotComparable, SnapshotOutcome.NotComparable), (damaged.Outcome, missing.Outcome));
        Assert.Contains(file, damaged.Problem, StringComparison.Ordinal);
        Assert.Contains(file, missing.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("<<<<<<< HEAD\n{}\n>>>>>>> x\n")]
    public void A_damaged_manifest_is_no_pass(string text)
    {
        Accept();
        File.WriteAllText(this["snapshot.verified.json"], text);

        Assert.Equal(SnapshotOutcome.NotComparable, Run.Check(Made().Write()).Outcome);
        Accept();
        Assert.Equal(SnapshotOutcome.Same, Run.Check(Made().Write()).Outcome);
    }

    [Fact]
    public void An_empty_list_is_no_pass_and_cannot_be_accepted()
    {
        Assert.Throws<InvalidDataException>(() => Run.Accept(Made(drawn: []).Write() with { Evaluation = "{\"versions\": {}}" }));
        Accept();

        Assert.Equal(SnapshotOutcome.NotComparable, Run.Check(Made(drawn: []).Write() with { Evaluation = "{\"versions\": {}}" }).Outcome);
        var manifest = SnapshotManifest.Parse(File.ReadAllText(this["snapshot.verified.json"]));
        File.WriteAllText(this["snapshot.verified.json"], (manifest with { Pictures = [] }).ToJson());
        Assert.Equal(SnapshotOutcome.NotComparable, Run.Check(Made().Write()).Outcome);
    }

    [Fact]
    public void An_acceptance_that_is_cut_off_is_noticed()
    {
        Accept();
        var manifest = File.ReadAllBytes(this["snapshot.verified.json"]);
        var changed = Made(change: OneBit).Write();
        Run.Accept(changed);
        File.WriteAllBytes(this["snapshot.verified.json"], manifest); // it is what is written last

        Assert.Equal(SnapshotOutcome.NotComparable, Run.Check(changed).Outcome);
    }

    [Fact]
    public void Accept_says_what_is_new_changed_and_removed_and_leaves_the_rest_alone()
    {
        var first = Accept();
        var time = File.GetLastWriteTimeUtc(this["samples/base/beach_11.verified.png"]);
        var second = Run.Accept(Made(change: OneBit, drawn: ["base", "v01"]).Write());

        Assert.Equal((14, 0, 0, 0), (first.New.Count, first.Changed.Count, first.Removed.Count, first.Kept));
        Assert.Equal(["samples/v01/beach_11", "evaluation"], second.Changed);
        Assert.Equal(["samples/v02/beach_11", "samples/v02/beach_12", "samples/v02/forest_11", "samples/v02/forest_12"], second.Removed);
        Assert.False(Directory.Exists(this["samples/v02"]));
        Assert.Equal(time, File.GetLastWriteTimeUtc(this["samples/base/beach_11.verified.png"]));
        Assert.Contains("    removed: samples/v02, 4 pictures", second.Lines());
    }

    [Fact]
    public void A_later_check_removes_what_an_earlier_one_received()
    {
        Accept();
        Run.Check(Made(change: OneBit).Write());
        Assert.True(File.Exists(this["samples/v01/beach_11.received.png"]));

        Run.Check(Made().Write());

        Assert.Empty(Directory.GetFiles(_folder["snapshots"], "*.received.*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_large_picture_is_kept_small_and_still_compared_pixel_by_pixel()
    {
        Run.Accept(Made(side: 260).Write());

        Assert.Equal(256, Picture.Load(this["samples/v01/beach_11.verified.webp"]).Width);
        Assert.Equal(SnapshotOutcome.Same, Run.Check(Made(side: 260).Write()).Outcome);
        Assert.Equal(SnapshotOutcome.Different, Run.Check(Made(side: 260, change: OneBit).Write()).Outcome);
        Assert.Equal(SnapshotOutcome.Same, Run.Check(Made(side: 260, change: OneBit, processor: "SSE").Write()).Outcome);
    }

    [Fact]
    public void The_folder_of_another_profile_below_is_left_alone()
    {
        Accept();
        new SnapshotRun(this["other"], "other").Accept(Made().Write());
        Accept();

        Assert.Equal(SnapshotOutcome.Same, new SnapshotRun(this["other"], "other").Check(Made().Write()).Outcome);
    }

    private SnapshotAcceptance Accept() => Run.Accept(Made().Write());

    private static string[] Texts(SnapshotCheck check) => [.. check.Findings.Select(finding => finding.Text)];

    private static void OneBit((string Version, string Kind, long Seed) place, Picture picture)
    {
        if (place == ("v01", "beach", 11))
            picture.Pixels[100] ^= 1;
    }

    private MadeResults Made(
        Func<(string Version, string Kind, long Seed), (string Version, string Kind, long Seed)>? shown = null,
        Action<(string Version, string Kind, long Seed), Picture>? change = null,
        Func<(string Version, string Kind, long Seed), bool>? isFound = null,
        string extraMeasure = "",
        int gridShift = 0,
        int side = 32,
        string[]? drawn = null,
        string processor = "AVX2")
    {
        var made = new MadeResults(_folder["artifacts"])
        {
            Shown = shown ?? (place => place),
            Change = change ?? ((_, _) => { }),
            IsFound = isFound ?? (_ => true),
            ExtraMeasure = extraMeasure,
            GridShift = gridShift,
            Side = side,
            Drawn = drawn ?? MadeResults.Versions,
        };
        made.Class["processor"] = processor;
        return made;
    }
}
