using System.Text.Json;

namespace Slipway.Training.Tests.Data;

/// <summary>golden/data/data.json: what sd-scripts 48d368fa makes of picture sizes, folder names and captions.</summary>
internal static class DataNumbers
{
    public static JsonElement Root { get; } = JsonDocument.Parse(File.ReadAllText(Golden.Path(Path.Combine("data", "data.json")))).RootElement;

    public static (int Width, int Height) Pair(this JsonElement element) => (element[0].GetInt32(), element[1].GetInt32());

    public static (int Width, int Height) Pair(this JsonElement element, string name) => element.GetProperty(name).Pair();
}
