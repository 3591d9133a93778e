using Slipway.Pipeline.Plans;

namespace Slipway.Pipeline.Tests.Plans;

public sealed class PlanOutlineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("cat.yaml", "name: cat", null, "artifacts/cat")]
    [InlineData("lora.pipeline.yaml", "name: cat", null, "artifacts")]
    [InlineData("cat.yaml", "artifacts: out/cat", null, "out/cat")]
    [InlineData("cat.yaml", "artifacts: out\nprofiles: { big: { artifacts: large } }", "big", "large")]
    [InlineData("cat.yaml", "artifacts: out\nprofiles: { big: { artifacts: large } }", null, "out")]
    [InlineData("cat.yaml", "artifacts: out\ndefault_profile: big\nprofiles: { big: { artifacts: large } }", null, "large")]
    [InlineData("cat.yaml", "artifacts: out\nprofiles: { big: { name: x } }", "big", "out")]
    [InlineData("cat.yaml", "artifacts: [", null, "artifacts/cat")]
    public void Outputs_lie_where_the_plan_says_even_if_it_is_wrong_elsewhere(string file, string yaml, string? profile, string expected)
    {
        _folder.Write(file, yaml);

        Assert.Equal(expected, PlanOutline.Artifacts(_folder[file], profile));
    }
}
