using Slipway.Pipeline.Plans.Yaml;

namespace Slipway.Fuzzing.Formats;

/// <summary>A format of files that come from elsewhere, and what reads it.</summary>
/// <param name="Name">What the command line calls it, and its folder of seeds.</param>
/// <param name="Read">Reads an input, and throws where what it read contradicts itself.</param>
public sealed record Format(string Name, Action<byte[]> Read)
{
    /// <summary>
    /// Reads an input as the program does. An exception of which the program makes a line with what, where and expected is a refusal, and right; any
    /// other is a fault, and ends the process.
    /// </summary>
    public void Try(byte[] input)
    {
        try
        {
            Read(input);
        }
        catch (Exception exception) when (IsRefusal(exception))
        {
        }
    }

    // What the base class library says of an argument is of no use to whoever brought the file.
    private static bool IsRefusal(Exception exception) => exception is PlanException or InvalidDataException or FileNotFoundException or DirectoryNotFoundException
        || (exception.GetType() == typeof(ArgumentException) && exception.TargetSite?.Module.Assembly.GetName().Name?.StartsWith("Slipway.", StringComparison.Ordinal) == true);
}
