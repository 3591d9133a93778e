using System.Globalization;
using System.Net;

namespace Slipway.Hub;

/// <summary>What an answer of the hub means where it is not the file.</summary>
internal static class HubAnswer
{
    private const string Gated = "GatedRepo";

    /// <summary>Whether the answer sends elsewhere.</summary>
    public static bool IsRedirect(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect && response.Headers.Location is not null;

    /// <summary>The first value of a header; null where it is not there.</summary>
    public static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values) ? values.FirstOrDefault() : null;

    /// <summary>An ETag as it names a file: without quotes, and without the mark of a weak one.</summary>
    public static string? Tag(string? header)
    {
        var tag = header?.Trim();
        return (tag?.StartsWith("W/", StringComparison.Ordinal) == true ? tag[2..] : tag)?.Trim('"');
    }

    /// <summary>What is wrong, as the exception that ends the attempt or all of them; null where the answer is a good one.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="file">What was asked for.</param>
    /// <param name="settings">Where, and with which token.</param>
    public static Exception? Problem(HttpResponseMessage response, HubFile file, HubSettings settings)
    {
        var code = (int)response.StatusCode;
        if (code < 400)
            return null;
        var reason = Header(response, "X-Error-Code");
        var page = $"{settings.Endpoint}/{file.Repository}";
        return code switch
        {
            401 or 403 when reason == Gated && settings.Token is null => new InvalidDataException($"{file.Repository} is gated: accept its conditions on {page}, and set HF_TOKEN to a token that may read it."),
            401 or 403 when reason == Gated => new InvalidDataException($"{file.Repository} is gated, and your token's account has no access yet: accept its conditions on {page}, and see that the token may read gated repositories."),
            401 when settings.Token is null => new InvalidDataException($"The hub does not show {file.Repository} to everybody ({code}): see that its name is right ({page}); where it is private, set HF_TOKEN."),
            401 => new InvalidDataException($"The hub refuses your token for {file.Repository} ({code}): see that HF_TOKEN is a token that is still valid, and that the repository's name is right ({page})."),
            403 => new InvalidDataException($"Your token may not read {file.Repository} ({code}): give it the right to, or set another as HF_TOKEN."),
            404 when reason == "EntryNotFound" => new InvalidDataException($"{file.Repository} has no file '{file.Path}' at {file.Revision}: see {page}/tree/{file.Revision} for what it has."),
            404 when reason == "RevisionNotFound" => new InvalidDataException($"{file.Repository} has no revision {file.Revision}: see {page}/commits for those that it has."),
            404 => new InvalidDataException($"{file} is not on the hub (404): see {page}."),
            408 or 429 or >= 500 => new TransientException($"the hub answers {code} {response.ReasonPhrase}".TrimEnd()) { Wait = Wait(response) },
            _ => new HubException($"{file} was not fetched: the hub answers {code} {response.ReasonPhrase}."),
        };
    }

    // A number of seconds, or a date; else the hub's own header of its limits: ratelimit: "api";r=0;t=55.
    private static TimeSpan? Wait(HttpResponseMessage response)
    {
        if (response.Headers.RetryAfter is { } after)
            return after.Delta ?? (after.Date is { } date && date - DateTimeOffset.UtcNow is { Ticks: > 0 } rest ? rest : null);
        var seconds = Header(response, "ratelimit")?.Split(';').Select(part => part.Trim()).FirstOrDefault(part => part.StartsWith("t=", StringComparison.Ordinal));
        return int.TryParse(seconds?[2..], CultureInfo.InvariantCulture, out var number) && number >= 0 ? TimeSpan.FromSeconds(number + 1) : null;
    }
}
