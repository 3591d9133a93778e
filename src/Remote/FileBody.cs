using System.Net;

namespace Slipway.Remote;

/// <summary>A file as the body of a request: it is opened anew for each attempt.</summary>
/// <param name="path">The file.</param>
/// <param name="size">Its bytes.</param>
internal sealed class FileBody(string path, long size) : HttpContent
{
    private const int BufferSize = 1 << 16;

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 0, FileOptions.Asynchronous);
        await file.CopyToAsync(stream, BufferSize, cancellationToken);
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = size;
        return true;
    }
}
