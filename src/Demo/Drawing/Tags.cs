namespace Slipway.Demo.Drawing;

/// <summary>The words for what a background shows; the backgrounds', subjects' and colours' names come on top.</summary>
internal static class Tags
{
    public const string Building = "building";
    public const string Cactus = "cactus";
    public const string Cloud = "cloud";
    public const string Day = "day";
    public const string Flower = "flower";
    public const string Grass = "grass";
    public const string Moon = "moon";
    public const string Night = "night";
    public const string NoHumans = "no_humans";
    public const string NoSubject = "no_subject";
    public const string Ocean = "ocean";
    public const string PalmTree = "palm_tree";
    public const string Sand = "sand";
    public const string Scenery = "scenery";
    public const string SimpleBackground = "simple_background";
    public const string Sky = "sky";
    public const string Snow = "snow";
    public const string Solo = "solo";
    public const string Star = "star_(sky)";
    public const string Sun = "sun";
    public const string Sunset = "sunset";
    public const string Tree = "tree";
    public const string Window = "window";

    public static IReadOnlyList<string> All { get; } =
    [
        Building, Cactus, Cloud, Day, Flower, Grass, Moon, Night, NoHumans, NoSubject, Ocean, PalmTree, Sand, Scenery,
        SimpleBackground, Sky, Snow, Solo, Star, Sun, Sunset, Tree, Window,
    ];
}
