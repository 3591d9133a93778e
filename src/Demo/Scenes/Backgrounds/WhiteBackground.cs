using Slipway.Demo.Drawing;

namespace Slipway.Demo.Scenes.Backgrounds;

/// <summary>Nothing but white, or nearly.</summary>
internal static class WhiteBackground
{
    public static void Draw(Brush brush, SeededRandom random, List<string> tags)
    {
        tags.Add(Tags.SimpleBackground);
        brush.Box(0, 0, 1, 1, Ink.Hsv(random.Between(0, 360), random.Between(0, 0.012), random.Between(0.985, 1)));
    }
}
