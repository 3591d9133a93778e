using System.Text;

namespace Slipway.Remote.Tests;

public sealed class RemoteSettingsTests : IDisposable
{
    private const string Address = "https://cache.example.org/slipway";
    private readonly TemporaryFolder _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public void Nothing_named_is_none() => Assert.Null(Read(null));

    [Fact]
    public void The_environment_comes_before_the_plan()
    {
        var read = Read(Address, ("SLIPWAY_REMOTE_CACHE", "http://127.0.0.1:8080/"), ("SLIPWAY_REMOTE_WRITE", "1"))!;

        Assert.Equal(("http://127.0.0.1:8080/", true), (read.Address.ToString(), read.Writes));
        Assert.False(RemoteSettings.From(Address, true, name => name == "SLIPWAY_REMOTE_WRITE" ? "0" : null, _home.Path)!.Writes);
        Assert.Equal((Address + "/", true), (RemoteSettings.From(Address, true, _ => "", _home.Path)!.Address.ToString(), RemoteSettings.From(Address, true, _ => "", _home.Path)!.Writes));
    }

    [Theory]
    [InlineData("cache.example.org")]
    [InlineData("ftp://cache.example.org")]
    [InlineData("https://me:secret@cache.example.org")]
    [InlineData("https://cache.example.org?key=secret")]
    [InlineData("https:///slipway")]
    public void What_is_no_address_is_refused_without_being_repeated(string address)
    {
        Assert.False(RemoteSettings.IsAddress(address));
        var message = Assert.Throws<ArgumentException>(() => Read(null, ("SLIPWAY_REMOTE_CACHE", address))).Message;

        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
        Assert.Contains("SLIPWAY_REMOTE_TOKEN", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_comes_before_a_name_and_a_name_before_netrc()
    {
        _home.Write(".netrc", "machine cache.example.org login me password hush");

        Assert.Equal("Bearer abc", Opens(("SLIPWAY_REMOTE_TOKEN", "abc\n"), ("SLIPWAY_REMOTE_USER", "you")));
        Assert.Equal(Basic("you:pass"), Opens(("SLIPWAY_REMOTE_USER", "you"), ("SLIPWAY_REMOTE_PASSWORD", "pass")));
        Assert.Equal(Basic("me:hush"), Opens());
        Assert.Equal("", Opens(("NETRC", _home["nowhere"])));
    }

    [Theory]
    [InlineData("machine other login a password b\nmachine CACHE.example.org\n\tlogin me\n\tpassword hush\nmachine cache.example.org login x password y", "me", "hush")]
    [InlineData("# machine cache.example.org login no password no\ndefault login anyone password any", "anyone", "any")]
    [InlineData("macdef init\nmachine cache.example.org login no password no\n\nmachine cache.example.org account x login me password hush", "me", "hush")]
    [InlineData("machine cache.example.org login me", null, null)]
    [InlineData("machine other login me password hush", null, null)]
    [InlineData("machine", null, null)]
    [InlineData("", null, null)]
    public void The_first_entry_of_a_netrc_that_fits_counts(string text, string? login, string? password) =>
        Assert.Equal(login is null ? null : (login, password!), NetrcFile.Find(text, "cache.example.org"));

    [Fact]
    public void A_secret_is_not_sent_in_the_clear_to_another_machine()
    {
        var message = Assert.Throws<ArgumentException>(() => Read("http://cache.example.org", ("SLIPWAY_REMOTE_TOKEN", "secret"))).Message;

        Assert.Contains("https", message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
        Assert.NotNull(Read("http://localhost:9090", ("SLIPWAY_REMOTE_TOKEN", "secret")));
        Assert.NotNull(Read("http://cache.example.org"));
    }

    [Fact]
    public void Nobody_reads_the_secret_in_its_text() =>
        Assert.Equal($"{Address}/", Read(Address, ("SLIPWAY_REMOTE_TOKEN", "secret"))!.ToString());

    private RemoteSettings? Read(string? address, params (string Name, string Value)[] variables) =>
        RemoteSettings.From(address, false, name => variables.FirstOrDefault(variable => variable.Name == name).Value, _home.Path);

    private string Opens(params (string Name, string Value)[] variables) => Read(Address, variables)!.Credentials ?? "";

    private static string Basic(string pair) => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(pair))}";
}
