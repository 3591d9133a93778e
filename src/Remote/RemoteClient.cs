using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Slipway.Remote;

/// <summary>
/// Sends requests to the remote cache and nowhere else: again where it makes sense, not at all for a while when most fail, and never to another
/// host.
/// </summary>
internal sealed class RemoteClient : IDisposable
{
    private const int MostRedirects = 3;
    private const double MostFail = 0.8;
    private const int FewRequests = 4;
    private readonly RemoteSettings _settings;
    private readonly RemoteTiming _timing;
    private readonly SocketsHttpHandler _connections;
    private readonly ResilienceHandler _handler;
    private readonly HttpClient _http;
    private volatile RemoteException? _last;

    /// <param name="settings">Where it is.</param>
    /// <param name="timing">How long it is waited for.</param>
    public RemoteClient(RemoteSettings settings, RemoteTiming timing)
    {
        (_settings, _timing) = (settings, timing);
        _connections = new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = timing.Connect, AutomaticDecompression = DecompressionMethods.None, UseCookies = false };
        _handler = new ResilienceHandler(NewPipeline()) { InnerHandler = _connections };
        _http = new HttpClient(_handler) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("slipway", typeof(RemoteClient).Assembly.GetName().Version!.ToString(3)));
        _http.DefaultRequestHeaders.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
    }

    /// <summary>Sends a request; the answer is a good one, or says that there is nothing (404).</summary>
    /// <param name="method">GET, HEAD or PUT.</param>
    /// <param name="path">Below the address of the cache: <c>ac/…</c> or <c>cas/…</c>.</param>
    /// <param name="body">Makes the body; null for none.</param>
    /// <param name="from">Byte to begin at.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="RemoteException">It is not reached, or refuses.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, Func<HttpContent>? body, long from, CancellationToken cancel)
    {
        var address = new Uri(_settings.Address, path);
        for (var redirects = 0; ; redirects++)
        {
            var response = await SendAsync(method, address, body, from, cancel);
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.RequestedRangeNotSatisfiable || response.IsSuccessStatusCode)
                return response;
            using (response)
                address = Next(method, address, response) is { } next && redirects < MostRedirects ? next : throw Refused(response);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _handler.Dispose();
        _connections.Dispose();
    }

    private ResiliencePipeline<HttpResponseMessage> NewPipeline() => new ResiliencePipelineBuilder<HttpResponseMessage>()
        .AddRetry(new HttpRetryStrategyOptions
        {
            MaxRetryAttempts = _timing.Retries,
            Delay = _timing.Pause,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = attempt => ValueTask.FromResult(HttpClientResiliencePredicates.IsTransient(attempt.Outcome) && !(attempt.Outcome.Exception is TimeoutRejectedException && IsQuestion(attempt.Context))),
        })
        .AddCircuitBreaker(new HttpCircuitBreakerStrategyOptions
        {
            FailureRatio = MostFail,
            MinimumThroughput = FewRequests,
            SamplingDuration = _timing.Silence * 2,
            BreakDuration = _timing.Break,
            ShouldHandle = attempt => ValueTask.FromResult(IsFailure(attempt.Outcome)),
        })
        // Of a request the answer's beginning is waited for, and with it all that is sent.
        .AddTimeout(new HttpTimeoutStrategyOptions { TimeoutGenerator = attempt => ValueTask.FromResult(IsQuestion(attempt.Context) ? _timing.Answer : _timing.Longest(attempt.Context.GetRequestMessage()?.Content?.Headers.ContentLength ?? 0)) })
        .Build();

    /// <summary>Whether a request only asks what there is, and moves no blob.</summary>
    private static bool IsQuestion(ResilienceContext context) =>
        context.GetRequestMessage() is { } request && (request.Method == HttpMethod.Head || (request.Method == HttpMethod.Get && request.RequestUri!.Segments[^2] == "ac/"));

    /// <summary>Whether an attempt speaks for the breaker; what was wrong with it is kept before the breaker opens, for those that it then turns away.</summary>
    private bool IsFailure(Outcome<HttpResponseMessage> attempt)
    {
        if (!HttpClientResiliencePredicates.IsTransient(attempt))
            return false;
        _last = attempt.Exception is { } exception ? Problem(exception) : Refused(attempt.Result!);
        return true;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri address, Func<HttpContent>? body, long from, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, address) { Content = body?.Invoke() };
        if (_settings.Credentials is { } credentials)
            request.Headers.Add("Authorization", credentials);
        if (from > 0)
            request.Headers.Range = new RangeHeaderValue(from, null);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or TimeoutRejectedException or BrokenCircuitException)
        {
            throw Problem(exception);
        }
    }

    private RemoteException Problem(Exception exception) => exception switch
    {
        HttpRequestException { InnerException: AuthenticationException inner } => new RemoteException($"cannot prove who it is: {inner.Message}", exception),
        TimeoutRejectedException => new RemoteException("does not answer", exception) { IsPassing = true, IsSilence = true },
        // What opened the breaker is what is wrong.
        BrokenCircuitException => _last!,
        _ => new RemoteException($"is not reached: {exception.Message}", exception) { IsPassing = true },
    };

    /// <summary>Where an answer sends to, if it may be followed: the same host, and no other.</summary>
    private static Uri? Next(HttpMethod method, Uri address, HttpResponseMessage response)
    {
        if (response.Headers.Location is not { } location || (int)response.StatusCode is not (301 or 302 or 303 or 307 or 308))
            return null;
        var next = new Uri(address, location);
        if (next.Scheme != address.Scheme || !next.Authority.Equals(address.Authority, StringComparison.OrdinalIgnoreCase) || next.UserInfo.Length > 0)
            throw new RemoteException($"sends to another host ({next.GetLeftPart(UriPartial.Authority)}), which is not followed");
        return method == HttpMethod.Put && (int)response.StatusCode is not (307 or 308) ? null : next;
    }

    private static RemoteException Refused(HttpResponseMessage response)
    {
        var (code, reason) = ((int)response.StatusCode, $"{(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd());
        return code switch
        {
            401 or 403 => new RemoteException($"refuses ({reason}): see that the name and password, or the token, are right and may do this"),
            408 or 429 or >= 500 => new RemoteException($"answers {reason}") { IsPassing = true },
            _ => new RemoteException($"answers {reason}"),
        };
    }
}
