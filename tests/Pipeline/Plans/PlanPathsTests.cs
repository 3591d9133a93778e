using Slipway.Pipeline.Plans;

namespace Slipway.Pipeline.Tests.Plans;

public sealed class PlanPathsTests
{
    [Theory]
    [InlineData("lora.pipeline.yaml", "lora.pipeline.lock.yaml", "artifacts")]
    [InlineData("cat.yaml", "cat.lock.yaml", "artifacts/cat")]
    [InlineData("my cat.v2.yaml", "my cat.v2.lock.yaml", "artifacts/my cat.v2")]
    [InlineData("cat.yml", "cat.yml.lock.yaml", "artifacts/cat.yml")]
    [InlineData("plan", "plan.lock.yaml", "artifacts/plan")]
    public void Each_plan_has_its_own_lock_file_and_folder(string name, string lockFile, string artifacts)
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(folder.Path, PlanPaths.Workspace(folder[name]));
        Assert.Equal(folder[lockFile], PlanPaths.LockFile(folder[name]));
        Assert.Equal(artifacts, PlanPaths.DefaultArtifacts(folder[name]));
        Assert.Equal(artifacts, Plan.Load(folder.Write(name, PlanFile.Good)).ArtifactsFolder);
    }

    [Theory]
    [InlineData("out", "out")]
    [InlineData("out/cat/", "out/cat")]
    [InlineData("a b/c", "a b/c")]
    public void Outputs_go_where_the_plan_says(string written, string folder)
        => Assert.Equal(folder, PlanFile.Load("name: boat\n", $"name: boat\nartifacts: {written}\n").ArtifactsFolder);

    [Theory]
    [InlineData("/tmp/x")]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData(".")]
    [InlineData("C:\\x")]
    [InlineData("a/.slipway")]
    [InlineData("a/b.")]
    public void They_stay_below_the_plans_folder(string written)
        => Assert.Equal([$"plan.yaml:2:12: `artifacts` must be a folder below the plan's, such as `artifacts/cat`, but is `{written}`."], PlanFile.Problems("name: boat\n", $"name: boat\nartifacts: {written}\n"));
}
