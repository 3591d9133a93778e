using Slipway.Imaging.Pictures;
using Slipway.Pipeline.Commands.Comparisons;
using Slipway.Pipeline.Commands.Snapshots;

namespace Slipway.EndToEnd.Tests;

/// <summary>That a fault in a plan's results is found and named, from the plan on; <c>SnapshotRunTests</c> has those that are made by hand.</summary>
public sealed class SnapshotTests(FinishedWorkspace finished)
{
    [Fact]
    public async Task Results_that_are_accepted_pass_also_with_one_job_at_a_time_and_made_anew()
    {
        using var workspace = finished.Copy();

        var accepted = await AcceptAsync(workspace);
        var again = await CheckAsync(workspace);
        Directory.Delete(workspace["artifacts"], recursive: true);
        Directory.Delete(workspace[".slipway"], recursive: true);
        var anew = await CheckAsync(workspace, jobs: 1);

        Assert.Contains("samples/v03/beach_11", accepted.New);
        Assert.Equal((SnapshotOutcome.Same, true, 4, 5), (again.Outcome, again.IsExact, again.Pictures, again.Grids));
        Assert.Equal((SnapshotOutcome.Same, true), (anew.Outcome, anew.IsExact));
    }

    [Fact]
    public async Task The_run_after_results_were_accepted_finds_nothing_to_do()
    {
        using var workspace = finished.Copy();
        _ = await AcceptAsync(workspace);
        var lockFile = File.ReadAllText(workspace["lora.pipeline.lock.yaml"]);

        using var pipeline = Open(workspace, null);
        var stages = await pipeline.RunAsync([PipelineStage.Evaluation], null, Cancel);

        Assert.DoesNotContain(stages, stage => stage.Run > 0);
        Assert.Equal(lockFile, File.ReadAllText(workspace["lora.pipeline.lock.yaml"]));
    }

    [Fact]
    public async Task A_learning_rate_1_percent_lower_is_found_and_named()
    {
        using var workspace = await AcceptedAsync();
        workspace.Edit(("versions.v01.learning_rate", "3.96e-3"), ("versions.v01.unet_lr", "3.96e-3"), ("versions.v01.text_encoder_lr", "3.96e-3"));

        var check = await CheckAsync(workspace);

        Assert.Equal(SnapshotOutcome.Different, check.Outcome);
        Assert.Contains("versions.{v01,v02,v03}.learning_rate: 4e-3 → 3.96e-3", Texts(check));
        Assert.Equal(["v01", "v02", "v03"], VersionsOf(check));
    }

    [Fact]
    public async Task A_LoRA_of_half_strength_another_batch_size_and_another_seed_are_told_apart()
    {
        using var workspace = await AcceptedAsync();
        var text = workspace.PlanText;
        workspace.Edit(("evaluation.batch_size", "2"));
        var batch = await CheckAsync(workspace);
        workspace.PlanText = text;
        workspace.Edit(("evaluation.multiplier", "0.5"));
        var half = await CheckAsync(workspace);
        workspace.PlanText = text;
        workspace.Edit(("evaluation.seeds", "[12]"));
        var seed = await CheckAsync(workspace);

        Assert.Equal(SnapshotOutcome.Same, batch.Outcome);
        Assert.Equal(SnapshotOutcome.Different, half.Outcome);
        Assert.Equal("evaluation.multiplier: 1.0 → 0.5", Texts(half)[0]);
        Assert.Equal(["v01", "v02", "v03"], VersionsOf(half));
        Assert.Equal(SnapshotOutcome.Different, seed.Outcome);
        Assert.Equal("evaluation.seeds: [11] → [12]", Texts(seed)[0]);
        Assert.Contains("base, beach, seed 11: accepted, and not drawn any more", Texts(seed));
    }

    [Fact]
    public async Task Swapped_versions_and_a_repainted_sprite_are_found_and_named()
    {
        using var workspace = await AcceptedAsync();
        var text = workspace.PlanText;
        workspace.PlanText = text.Replace("  v01:", "  v0x:", StringComparison.Ordinal).Replace("  v03:", "  v01:", StringComparison.Ordinal).Replace("  v0x:", "  v03:", StringComparison.Ordinal)
            .Replace("inherits: v01", "inherits: v03", StringComparison.Ordinal);
        var swapped = await CheckAsync(workspace);
        workspace.PlanText = text;
        var sprite = Picture.Load(workspace.Sprite);
        for (var i = 0; i < sprite.Pixels.Length; i += 4)
            sprite.Pixels[i] = (byte)(sprite.Pixels[i] / 2);
        sprite.SavePng(workspace.Sprite);
        var repainted = await CheckAsync(workspace);

        Assert.Contains("v01: 1 of 1 pictures show what was accepted of v03.", Texts(swapped));
        Assert.Contains("v03: 1 of 1 pictures show what was accepted of v01.", Texts(swapped));
        Assert.Equal(SnapshotOutcome.Different, repainted.Outcome);
        Assert.Equal("sprite datasets/sail_kun/sail_kun.png: its content is another", Texts(repainted)[0]);
    }

    [Fact]
    public async Task Another_class_of_processor_is_compared_within_bounds_and_said()
    {
        using var workspace = await AcceptedAsync();
        var manifest = workspace["tests/Snapshots/tiny/snapshot.verified.json"];
        await File.WriteAllTextAsync(manifest, (await File.ReadAllTextAsync(manifest, Cancel)).Replace("\"processor\": \"", "\"processor\": \"other than ", StringComparison.Ordinal), Cancel);

        var check = await CheckAsync(workspace);

        Assert.Equal((SnapshotOutcome.Same, false), (check.Outcome, check.IsExact));
        Assert.StartsWith("processor: other than ", Assert.Single(check.OtherClass), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_versions_are_compared_by_settings_measures_and_pictures()
    {
        using var workspace = finished.Copy();

        var comparison = await CompareAsync(workspace, new CompareRequest("v02", "v03", null));

        Assert.Equal(["dataset"], comparison.Settings.Select(setting => setting.Path));
        Assert.Contains(comparison.Measures, measure => measure.Measure == "background_recall");
        Assert.Equal("beach_11", Assert.Single(comparison.Pictures).Name);
        Assert.True(File.Exists(workspace[comparison.Picture!]));
    }

    [Fact]
    public async Task A_revision_s_accepted_results_are_compared_with_now()
    {
        using var workspace = await AcceptedAsync();
        await GitAsync(workspace, "init", "-q");
        await Assert.ThrowsAsync<ArgumentException>(() => CompareAsync(workspace, new CompareRequest(null, null, "HEAD")));
        await GitAsync(workspace, "add", "lora.pipeline.yaml", "lora.pipeline.lock.yaml", "tests");
        await GitAsync(workspace, "-c", "user.name=x", "-c", "user.email=x", "commit", "-q", "-m", "accepted");
        workspace.Edit(("evaluation.multiplier", "0.5"));

        var comparison = await CompareAsync(workspace, new CompareRequest(null, null, "HEAD"));
        var unknown = await Assert.ThrowsAsync<ArgumentException>(() => CompareAsync(workspace, new CompareRequest(null, null, "no-such-revision")));

        Assert.Equal("evaluation.multiplier: 1.0 → 0.5", Assert.Single(comparison.Settings).Text);
        Assert.Equal("same", comparison.Pictures.Single(picture => picture.Version == "base").State);
        Assert.Equal("different", comparison.Pictures.Single(picture => picture.Version == "v01").State);
        Assert.Contains("Samples v01", comparison.Stages);
        Assert.True(File.Exists(workspace[comparison.Picture!]));
        Assert.Contains("git knows no such revision", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_targets_end_with_the_codes_that_tell_nothing_accepted_accepted_different_and_wrong_input_apart()
    {
        using var workspace = finished.Copy();

        var nothing = await HostProgram.RunAsync(workspace.Root, "--target=Check");
        var accept = await HostProgram.RunAsync(workspace.Root, "--target=Accept");
        var same = await HostProgram.RunAsync(workspace.Root, "--target=Check");
        workspace.Edit(("evaluation.multiplier", "0.5"));
        var different = await HostProgram.RunAsync(workspace.Root, "--target=Check");
        var compared = await HostProgram.RunAsync(workspace.Root, "--target=Compare", "--a=v02", "--b=v03", "--json");
        var unknown = await HostProgram.RunAsync(workspace.Root, "--target=Compare", "--with=HEAD");

        Assert.Equal((1, 0, 0, 3, 0, 2), (nothing.Code, accept.Code, same.Code, different.Code, compared.Code, unknown.Code));
        Assert.Contains("--target=Accept", nothing.Error, StringComparison.Ordinal);
        Assert.Contains("tests/Snapshots/tiny: 10 new, 0 changed, 0 removed, 0 as they were", accept.Output, StringComparison.Ordinal);
        Assert.Contains("evaluation.multiplier: 1.0 → 0.5", different.Output, StringComparison.Ordinal);
        Assert.Equal("v03", (string?)System.Text.Json.Nodes.JsonNode.Parse(compared.Output)!["to"]);
        Assert.StartsWith("Error: --with=HEAD: ", unknown.Error.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<Workspace> AcceptedAsync()
    {
        var workspace = finished.Copy();
        await AcceptAsync(workspace);
        return workspace;
    }

    private static async Task<SnapshotAcceptance> AcceptAsync(Workspace workspace)
    {
        using var pipeline = Open(workspace, null);
        return await pipeline.AcceptAsync(Cancel);
    }

    private static async Task<SnapshotCheck> CheckAsync(Workspace workspace, int? jobs = null)
    {
        using var pipeline = Open(workspace, jobs);
        return await pipeline.CheckAsync(Cancel);
    }

    private static async Task<Comparison> CompareAsync(Workspace workspace, CompareRequest request)
    {
        using var pipeline = Open(workspace, null);
        return await pipeline.CompareAsync(request, workspace.Root, Cancel);
    }

    private static SlipwayPipeline Open(Workspace workspace, int? jobs) => SlipwayPipeline.Open(workspace["lora.pipeline.yaml"], new PipelineOptions { Jobs = jobs }, new RecordingSink());

    private static string[] Texts(SnapshotCheck check) => [.. check.Findings.Select(finding => finding.Text)];

    private static string[] VersionsOf(SnapshotCheck check) =>
        [.. check.Findings.Where(finding => finding.Part == SnapshotPart.Picture).Select(finding => finding.Version!).Distinct(StringComparer.Ordinal)];

    private static async Task GitAsync(Workspace workspace, params string[] arguments)
    {
        using var git = System.Diagnostics.Process.Start("git", ["-C", workspace.Root, .. arguments]);
        await git.WaitForExitAsync(Cancel);
        Assert.Equal(0, git.ExitCode);
    }
}
