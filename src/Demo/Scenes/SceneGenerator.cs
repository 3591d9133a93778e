using SkiaSharp;
using Slipway.Demo.Drawing;
using Slipway.Demo.Scenes.Backgrounds;
using Slipway.Demo.Scenes.Subjects;
using Slipway.Imaging.Pictures;

namespace Slipway.Demo.Scenes;

/// <summary>
/// The drawn world: twelve kinds of background, seventeen subjects, every element placed and coloured by a seed.
/// The embedded models learn from it; the mascot and boats with faces are never drawn.
/// </summary>
public static class SceneGenerator
{
    /// <summary>Side of the pictures that the embedded models learn from and draw, in pixels.</summary>
    public const int Side = 64;

    private const double SubjectShare = 0.55;

    private static readonly (string Name, Action<Brush, SeededRandom, List<string>> Draw)[] BackgroundKinds =
    [
        ("beach", Beach.Draw), ("city", City.Draw), ("desert", Desert.Draw), ("farm", Farm.Draw), ("forest", Forest.Draw),
        ("meadow", Meadow.Draw), ("night_sky", NightSky.Draw), ("room", Room.Draw), ("snowy_mountain", SnowyMountain.Draw),
        ("underwater", Underwater.Draw), ("volcano", Volcano.Draw), ("white_background", WhiteBackground.Draw),
    ];

    private static readonly (string Name, Func<SeededRandom, SubjectColor> Color, Action<Brush, SeededRandom, SKColor> Draw)[] SubjectKinds =
    [
        ("ball", Any, Ball.Draw), ("balloon", Any, Balloon.Draw), ("boat", Any, Boat.Draw), ("car", Any, Car.Draw),
        ("cat", Cat.Color, Cat.Draw), ("cup", Any, Cup.Draw), ("dog", Dog.Color, Dog.Draw), ("duck", Duck.Color, Duck.Draw),
        ("fish", Any, Fish.Draw), ("flower_pot", Any, FlowerPot.Draw), ("ghost", Ghost.Color, Ghost.Draw),
        ("house", Any, House.Draw), ("mushroom", Any, Mushroom.Draw), ("penguin", Penguin.Color, Penguin.Draw),
        ("robot", Any, Robot.Draw), ("rocket", Any, Rocket.Draw), ("snowman", Snowman.Color, Snowman.Draw),
    ];

    /// <summary>The kinds of background, sorted.</summary>
    public static IReadOnlyList<string> Backgrounds { get; } = [.. BackgroundKinds.Select(kind => kind.Name)];

    /// <summary>The kinds of subject, sorted.</summary>
    public static IReadOnlyList<string> Subjects { get; } = [.. SubjectKinds.Select(kind => kind.Name)];

    /// <summary>Every tag that can occur, sorted, each once.</summary>
    public static IReadOnlyList<string> AllTags { get; } =
        [.. Backgrounds.Concat(Subjects).Concat(SubjectColor.Tags).Concat(Tags.All).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>A scene of any kind, <paramref name="size"/> pixels a side; about half of them have a subject.</summary>
    public static Scene Draw(ulong seed, int size)
    {
        var random = new SeededRandom(seed, "kind");
        var background = random.Pick(Backgrounds);
        return Draw(seed, size, background, random.Chance(SubjectShare) ? random.Pick(Subjects) : null);
    }

    /// <summary>
    /// The scene of that kind with that subject (null: none), <paramref name="size"/> pixels a side. The layout does
    /// not depend on the size, and the background not on the subject.
    /// </summary>
    /// <exception cref="ArgumentException">The background or the subject is none of those known.</exception>
    public static Scene Draw(ulong seed, int size, string background, string? subject)
    {
        var drawBackground = Find(BackgroundKinds, kind => kind.Name, background, nameof(background)).Draw;
        List<string> tags = [background];
        var picture = Canvas.Draw(size, brush =>
        {
            drawBackground(brush, new SeededRandom(seed, background), tags);
            if (subject is not null)
            {
                var (name, color, draw) = Find(SubjectKinds, kind => kind.Name, subject, nameof(subject));
                var random = new SeededRandom(seed, subject);
                var main = color(random);
                Placement.Put(brush, random, Shadows(name, background), outline: main.Tag == "white", (on, numbers) => draw(on, numbers, main.Color));
                tags.AddRange([subject, main.Tag]);
            }
        });
        return new Scene(picture, background, subject, [.. tags.Concat(Closing(background, subject)).Distinct()]);
    }

    /// <summary>
    /// A picture that shows autoencoders what scenes lack: one to three bodies of triangles, circles, boxes and
    /// stripes, most with a face, before a scene, a gradient or white.
    /// </summary>
    public static Picture DrawToy(ulong seed, int size) => Canvas.Draw(size, brush =>
    {
        var random = new SeededRandom(seed, "toy");
        var background = random.Pick(BackgroundKinds);
        if (random.Chance(0.5))
            background.Draw(brush, random, []);
        else
            Toy.Backdrop(brush, random);
        var bodies = random.Count(1, 3);
        for (var i = 0; i < bodies; i++)
            Toy.Draw(brush, random, bodies);
    });

    private static SubjectColor Any(SeededRandom random) => SubjectColor.Random(random);

    private static bool Shadows(string subject, string background) =>
        background is not ("white_background" or "underwater" or "night_sky") && subject is not ("balloon" or "fish" or "rocket");

    private static IEnumerable<string> Closing(string background, string? subject) => (background, subject) switch
    {
        (_, not null) => [Tags.Solo, Tags.NoHumans],
        ("white_background", null) => [Tags.NoSubject, Tags.NoHumans],
        _ => [Tags.NoSubject, Tags.Scenery, Tags.NoHumans],
    };

    private static T Find<T>(T[] kinds, Func<T, string> name, string wanted, string argument)
    {
        var index = Array.FindIndex(kinds, kind => name(kind) == wanted);
        return index >= 0
            ? kinds[index]
            : throw new ArgumentException($"The drawn world has no {argument} '{wanted}': take one of {string.Join(", ", kinds.Select(name))}.", argument);
    }
}
