namespace Slipway.Training.LoraFiles;

/// <summary>A stream to write to that keeps a stretch of the bytes and forgets the rest.</summary>
/// <param name="start">First byte that is kept.</param>
/// <param name="length">Bytes that are kept, or fewer where fewer come.</param>
internal sealed class ByteWindow(long start, int length) : Stream
{
    private readonly MemoryStream _kept = new(length);
    private long _position;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _position;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <summary>The bytes that were kept.</summary>
    public ReadOnlySpan<byte> Kept => _kept.GetBuffer().AsSpan(0, (int)_kept.Length);

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        var from = (int)Math.Clamp(start - _position, 0, buffer.Length);
        var to = (int)Math.Clamp(start + length - _position, from, buffer.Length);
        _kept.Write(buffer[from..to]);
        _position += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
