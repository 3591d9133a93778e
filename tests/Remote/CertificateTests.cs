using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Slipway.Engine.Caching;

namespace Slipway.Remote.Tests;

public sealed class CertificateTests
{
    private int _heard;

    [Fact]
    public async Task A_server_that_nobody_vouches_for_is_told_nothing()
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener, certificate);
        var address = $"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture)}/";
        var warnings = new List<string>();
        using var remote = new HttpRemoteCache(new RemoteSettings { Address = new Uri(address), Credentials = "Bearer secret" }, warnings.Add, Harbour.Quick);

        Assert.Null(await remote.FindAsync(ContentHash.Of("key"), TestContext.Current.CancellationToken));

        listener.Stop();
        await serving;
        Assert.StartsWith($"The remote cache {address} cannot prove who it is: ", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", warnings[0], StringComparison.Ordinal);
        Assert.Equal(0, _heard);
    }

    /// <summary>Counts the bytes that come once the connection is encrypted.</summary>
    private async Task ServeAsync(TcpListener listener, X509Certificate2 certificate)
    {
        while (true)
        {
            try
            {
                using var client = await listener.AcceptTcpClientAsync();
                using var stream = new SslStream(client.GetStream());
                await stream.AuthenticateAsServerAsync(certificate);
                _heard += await stream.ReadAsync(new byte[100]);
            }
            catch (Exception exception) when (exception is System.Security.Authentication.AuthenticationException or IOException)
            {
                // It has hung up, as it should.
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }
}
