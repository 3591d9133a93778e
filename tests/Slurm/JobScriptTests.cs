namespace Slipway.Slurm.Tests;

public sealed class JobScriptTests
{
    [Fact]
    public void A_task_is_queued_again_by_Slurm_told_before_its_limit_and_writes_into_its_own_log()
    {
        var script = JobScript.Of("slipway-train", "slipway:scope:name", "/srv/50%/x", "/srv/it's", 3, ["--mem=8G"], grace: 30, ["dotnet", "slipway.dll"]);

        var asked = script.Split('\n').Where(line => line.StartsWith("#SBATCH ", StringComparison.Ordinal)).Select(line => line["#SBATCH ".Length..]).ToList();
        Assert.Equal(
            ["--job-name=slipway-train", "--comment=slipway:scope:name", "--array=0-2", "--output=/srv/50%%/x/%a.log", "--open-mode=append", "--requeue", "--nodes=1", "--ntasks=1", "--signal=B:USR1@30", "--mem=8G"],
            asked);
    }
}
