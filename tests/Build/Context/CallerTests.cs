using Slipway.Build.Context;

namespace Slipway.Build.Tests.Context;

[Trait("Tier", "slow")]
public sealed class CallerTests : IDisposable
{
    private readonly TemporaryFolder _user = new();
    private readonly TemporaryFolder _clone = new();

    public void Dispose()
    {
        _user.Dispose();
        _clone.Dispose();
    }

    [Fact]
    public void The_plan_is_the_one_named_else_the_one_where_the_user_stands_else_the_clones()
    {
        var caller = new Caller(_user.Path, _clone.Path);
        Assert.Equal(_clone["lora.pipeline.yaml"], caller.PlanFile(config: null));
        Assert.Equal(_user["lora.pipeline.yaml"], (caller with { CloneFolder = null }).PlanFile(config: null));
        _user.Write("lora.pipeline.yaml", "");
        Assert.Equal(_user["lora.pipeline.yaml"], caller.PlanFile(config: null));
        Assert.Equal(_user["plans/cat.yaml"], caller.PlanFile("plans/cat.yaml"));
        Assert.Equal(_clone["x.yaml"], caller.PlanFile(_clone["x.yaml"]));
    }

    /// <summary>The script's word counts for what it starts, and not for what that starts.</summary>
    [Fact]
    public async Task The_program_takes_the_clones_plan_when_the_script_says_so()
    {
        _clone.Write("lora.pipeline.yaml", "versions: { round: {} }\n");
        var called = await HostProgram.ResultAsync(HostProgram.Start("env", _user.Path, [$"SLIPWAY_CLONE={_clone.Path}", "dotnet", HostProgram.Path, "--tree"]));
        Assert.Contains("Train-round", called.Output, StringComparison.Ordinal);
        var started = await HostProgram.RunAsync(_user.Path, "--tree");
        Assert.DoesNotContain("Train-round", started.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_working_folder_is_where_the_user_stands()
    {
        _clone.Write("lora.pipeline.yaml", "versions: { round: {} }\n");
        var result = await HostProgram.RunAsync(_user.Path, "--tree", $"--working={_clone.Path}", "--target=Train-round");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Contains("Train-round", result.Output, StringComparison.Ordinal);
    }
}
