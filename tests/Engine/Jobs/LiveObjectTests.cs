using Slipway.Engine.Caching;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Tests.Jobs;

public sealed class LiveObjectTests
{
    private static readonly ContentHash One = ContentHash.Of("one");
    private static readonly ContentHash Two = ContentHash.Of("two");

    [Fact]
    public void The_same_content_is_made_once_and_another_instead_of_it()
    {
        using var live = new LiveObject();
        var first = live.Get(One, () => new Model());

        Assert.Same(first, live.Get(One, () => new Model()));
        Assert.NotSame(first, live.Get(Two, () => new Model()));
        Assert.True(first.IsDisposed);
    }

    [Fact]
    public void A_light_thing_drives_no_heavy_one_out()
    {
        using var live = new LiveObject();
        var model = live.Get(One, () => new Model());
        var picture = live.Get(Two, () => new Sprite());

        Assert.Same(model, live.Get(One, () => new Model()));
        Assert.Same(picture, live.Get(Two, () => new Sprite()));
        Assert.False(model.IsDisposed);
    }

    private sealed class Sprite;

    private sealed class Model : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }
}
