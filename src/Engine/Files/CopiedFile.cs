namespace Slipway.Engine.Files;

/// <summary>Copies of files.</summary>
public static class CopiedFile
{
    /// <summary>Copies a file, with its permissions and times.</summary>
    /// <param name="source">The file.</param>
    /// <param name="target">Its copy.</param>
    /// <param name="overwrite">Whether what is there is replaced.</param>
    /// <exception cref="IOException">It cannot be read, or its copy cannot be written: the message names both, since the system does not say which.</exception>
    public static void Make(string source, string target, bool overwrite = false)
    {
        try
        {
            File.Copy(source, target, overwrite);
        }
        catch (IOException e) when (e.GetType() == typeof(IOException) && !e.Message.Contains('\'', StringComparison.Ordinal))
        {
            // Of what goes wrong between two files .NET names neither.
            throw new IOException($"{e.Message} : '{source}' or its copy '{target}'", e.HResult);
        }
    }
}
