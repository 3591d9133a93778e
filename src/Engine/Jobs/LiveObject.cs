using Slipway.Engine.Caching;

namespace Slipway.Engine.Jobs;

/// <summary>What one worker keeps alive between its jobs: one thing, made again when another is wanted.</summary>
public sealed class LiveObject : IDisposable
{
    private (ContentHash Content, IDisposable Value)? _held;

    /// <summary>The thing with this content: the one that is held, or a new one instead of it.</summary>
    public T Get<T>(ContentHash content, Func<T> make)
        where T : class, IDisposable
    {
        if (_held is { Value: T held } known && known.Content == content)
            return held;
        Dispose();
        var made = make();
        _held = (content, made);
        return made;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _held?.Value.Dispose();
        _held = null;
    }
}
