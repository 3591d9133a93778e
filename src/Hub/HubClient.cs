using System.Net;
using System.Net.Http.Headers;

namespace Slipway.Hub;

/// <summary>
/// Asks the hub. Large files lie on other hosts, to which the hub sends (huggingface_hub, <c>file_download.py</c>): the token goes to the hub alone.
/// </summary>
internal sealed class HubClient : IDisposable
{
    private const int MostRedirects = 10;
    private readonly HubSettings _settings;
    private readonly HubTiming _timing;
    private readonly HttpClient _http;
    private readonly Uri _endpoint;

    /// <param name="settings">Where the hub is.</param>
    /// <param name="timing">How long it is waited for.</param>
    public HubClient(HubSettings settings, HubTiming timing)
    {
        (_settings, _timing, _endpoint) = (settings, timing, new Uri(settings.Endpoint));
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = timing.Connect, AutomaticDecompression = DecompressionMethods.None, UseCookies = false })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("slipway", typeof(HubClient).Assembly.GetName().Version!.ToString(3)));
        _http.DefaultRequestHeaders.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
    }

    /// <summary>What the hub says of a file.</summary>
    /// <exception cref="TransientException">It may say it at the next attempt.</exception>
    /// <exception cref="InvalidDataException">There is no such file, or not for this caller.</exception>
    /// <exception cref="HubException">It is no answer of the hub's.</exception>
    public async Task<HubMetadata> AskAsync(HubFile file, CancellationToken cancel)
    {
        using var response = await SendAsync(HttpMethod.Head, file, 0, cancel);
        var commit = HubAnswer.Header(response, "X-Repo-Commit");
        var tag = HubAnswer.Tag(HubAnswer.Header(response, "X-Linked-Etag") ?? HubAnswer.Header(response, "ETag"));
        var size = HubAnswer.Header(response, "X-Linked-Size") ?? (HubAnswer.IsRedirect(response) ? null : HubAnswer.Header(response, "Content-Length"));
        // Both become names of files.
        if (!HubFile.IsCommitHash(commit) || string.IsNullOrEmpty(tag) || !tag.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw new HubException($"{_settings.Endpoint} does not answer as the hub does (X-Repo-Commit: {commit ?? "none"}, ETag: {tag ?? "none"}); see that HF_ENDPOINT is right.");
        return new HubMetadata(commit!, tag, long.TryParse(size, System.Globalization.CultureInfo.InvariantCulture, out var bytes) ? bytes : null);
    }

    /// <summary>The file's bytes from a place on; from 0 where the answer is no part (its status is 200).</summary>
    /// <inheritdoc cref="AskAsync"/>
    public Task<HttpResponseMessage> GetAsync(HubFile file, long from, CancellationToken cancel) => SendAsync(HttpMethod.Get, file, from, cancel);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, HubFile file, long from, CancellationToken cancel)
    {
        var address = file.Address(_settings.Endpoint);
        for (var redirects = 0; ; redirects++)
        {
            var response = await SendAsync(method, address, from, cancel);
            var next = HubAnswer.IsRedirect(response) ? new Uri(address, response.Headers.Location!) : null;
            // What the hub says of a large file stands in the answer that sends elsewhere.
            if (next is null || (method == HttpMethod.Head && !IsHub(next)))
            {
                if (HubAnswer.Problem(response, file, _settings) is not { } problem)
                    return response;
                response.Dispose();
                throw problem;
            }

            response.Dispose();
            if (redirects == MostRedirects)
                throw new HubException($"{file} was not fetched: the hub sends from address to address.");
            if (address.Scheme == Uri.UriSchemeHttps && next.Scheme != Uri.UriSchemeHttps)
                throw new HubException($"{file} was not fetched: the hub sends to {next.Host} without encryption.");
            address = next;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri address, long from, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, address);
        if (_settings.Token is not null && IsHub(address))
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _settings.Token);
        if (from > 0)
            request.Headers.Range = new RangeHeaderValue(from, null);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(_timing.Silence);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new TransientException($"{address.Host} is not reached: {exception.Message}", exception);
        }
        catch (OperationCanceledException exception) when (!cancel.IsCancellationRequested)
        {
            throw new TransientException($"{address.Host} does not answer", exception);
        }
    }

    private bool IsHub(Uri address) => address.Scheme == _endpoint.Scheme && address.Authority.Equals(_endpoint.Authority, StringComparison.OrdinalIgnoreCase);
}
