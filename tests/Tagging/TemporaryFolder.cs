namespace Slipway.Tagging.Tests;

/// <summary>A folder that is gone when its test is.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("slipway-").FullName;

    public string this[string name] => Path.Combine(_path, name);

    /// <summary>Writes a file and says where it is.</summary>
    public string Write(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
