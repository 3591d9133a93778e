using System.IO.Enumeration;

namespace Slipway.Build.Tests;

/// <summary>What <c>--target=Job</c> and the folder of the outputs say of what cannot be.</summary>
[Trait("Tier", "slow")]
public sealed class JobTests : IDisposable
{
    private readonly Host _host = new Host().Furnished();

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData("Error: --target=Job needs --key=SHA256 of a job that the cache knows, or --from=FILE with its JSON.")]
    [InlineData("Error: --target=Job needs --key=SHA256 of a job that the cache knows, or --from=FILE with its JSON.", "--key=00", "--from=job.json")]
    [InlineData("Error: --key is '00'; expected the 64 hexadecimal digits of a job's key.", "--key=00")]
    [InlineData("Error: The cache has no job e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855; a job is kept there when it runs.", "--key=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("Error: --from is '*datasets', which is a folder; name a job's JSON file.", "--from=datasets")]
    [InlineData("Error: --from is '*nowhere.json', which does not exist; name a job's JSON file, as the cache keeps them in .slipway/jobs.", "--from=nowhere.json")]
    [InlineData("Error: *lora.pipeline.yaml: This is no job as JSON: *", "--from=lora.pipeline.yaml")]
    [InlineData("Error: *half.json: This is no job as JSON: something is missing.", "--from=half.json")]
    [InlineData("Error: There is no kind of job 'Hoist' here; another version of Slipway wrote it.", "--from=other.json")]
    public async Task A_job_that_cannot_be_done_is_said(string expected, params string[] args)
    {
        await File.WriteAllTextAsync(_host["half.json"], """{ "stage": "Tag" }""", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_host["other.json"], """{ "stage": "Hoist", "label": "000", "kind": "Hoist", "key": "00", "paths": [], "inputs": [], "record": {} }""", TestContext.Current.CancellationToken);

        Refused(expected, await _host.RunAsync(["--target=Job", .. args]));
    }

    [Theory]
    [InlineData("Error: 'artifacts' is a file; the folder of the outputs belongs there. Move the file away, or name another folder (`artifacts`).", "artifacts")]
    [InlineData("Error: 'artifacts/backgrounds' is a file; a folder of outputs belongs there. Move the file away, or name another folder (`artifacts`).", "artifacts/backgrounds")]
    [InlineData("Error: 'artifacts/backgrounds/003.png' is a folder; a file of the outputs belongs there. Move the folder away, or name another folder (`artifacts`).", "artifacts/backgrounds/003.png/")]
    public async Task What_stands_in_the_way_of_an_output_is_said_before_anything_runs(string expected, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_host[path])!);
        if (!path.EndsWith('/'))
            await File.WriteAllTextAsync(_host[path], "mine", TestContext.Current.CancellationToken);

        var result = await _host.RunAsync("--target=Backgrounds");

        Refused(expected, result);
        Assert.DoesNotContain("to run", result.Output, StringComparison.Ordinal);
    }

    private static void Refused(string expected, HostResult result)
    {
        Assert.Equal(2, result.Code);
        Assert.True(FileSystemName.MatchesSimpleExpression(expected, result.Error.Trim()), result.Error);
    }
}
