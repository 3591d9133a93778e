namespace Slipway.Hub.Tests;

public sealed class HubSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "/home/ann/.cache/huggingface/hub")]
    [InlineData("XDG_CACHE_HOME=/cache", "/cache/huggingface/hub")]
    [InlineData("HF_HOME=~/models;XDG_CACHE_HOME=/cache", "/home/ann/models/hub")]
    [InlineData("HF_HUB_CACHE=/shared/hub;HF_HOME=/other", "/shared/hub")]
    [InlineData("HF_HOME=", "/home/ann/.cache/huggingface/hub")]
    public void The_cache_lies_where_the_hub_s_other_tools_have_it(string variables, string expected) => Assert.Equal(expected, Read(variables, "/home/ann").Cache);

    [Theory]
    [InlineData("", "https://huggingface.co")]
    [InlineData("HF_ENDPOINT=https://mirror.example/", "https://mirror.example")]
    public void The_endpoint_is_the_public_one_where_no_other_is_named(string variables, string expected) => Assert.Equal(expected, Read(variables, "/home/ann").Endpoint);

    [Fact]
    public void An_endpoint_that_is_no_address_is_refused() =>
        Assert.Equal("HF_ENDPOINT is 'mirror.example'; expected an address such as https://huggingface.co.", Assert.Throws<ArgumentException>(() => Read("HF_ENDPOINT=mirror.example", "/home/ann")).Message);

    [Theory]
    [InlineData("1", true)]
    [InlineData("yes", true)]
    [InlineData("0", false)]
    [InlineData("", false)]
    public void Offline_is_said_as_the_hub_s_tools_read_it(string value, bool expected) => Assert.Equal(expected, Read($"HF_HUB_OFFLINE={value}", "/home/ann").IsOffline);

    [Fact]
    public void The_token_is_the_environment_s_else_the_one_that_a_login_left()
    {
        _folder.Write(".cache/huggingface/token", "hf_of_login\n");

        Assert.Equal("hf_of_login", Read("", _folder.Path).Token);
        Assert.Equal("hf_given", Read("HF_TOKEN= hf_given ", _folder.Path).Token);
        Assert.Null(Read("", _folder["nobody"]).Token);
    }

    [Fact]
    public void The_token_is_in_no_text_about_the_settings() => Assert.DoesNotContain("hf_given", Read("HF_TOKEN=hf_given", "/home/ann").ToString(), StringComparison.Ordinal);

    private static HubSettings Read(string variables, string home)
    {
        var values = variables.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        return HubSettings.From(values.GetValueOrDefault, home);
    }
}
