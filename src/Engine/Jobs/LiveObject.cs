using Slipway.Engine.Caching;

namespace Slipway.Engine.Jobs;

/// <summary>
/// What one worker keeps alive between its jobs: one heavy thing, which is disposed of, and one light thing, which need not be. A
/// picture that is kept for the next job drives no model out.
/// </summary>
public sealed class LiveObject : IDisposable
{
    private (ContentHash Content, object Value)? _heavy;
    private (ContentHash Content, object Value)? _light;

    /// <summary>The thing with this content: the one that is held, or a new one instead of it.</summary>
    public T Get<T>(ContentHash content, Func<T> make)
        where T : class
    {
        ref var held = ref typeof(IDisposable).IsAssignableFrom(typeof(T)) ? ref _heavy : ref _light;
        if (held is { Value: T value } known && known.Content == content)
            return value;
        (held?.Value as IDisposable)?.Dispose();
        held = null;
        var made = make();
        held = (content, made);
        return made;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        (_heavy?.Value as IDisposable)?.Dispose();
        _heavy = null;
        _light = null;
    }
}
