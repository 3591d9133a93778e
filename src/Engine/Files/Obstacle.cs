namespace Slipway.Engine.Files;

/// <summary>
/// What lies in the cache's folder where one of its own files or folders belongs: a folder, a link, a pipe. Left there
/// it would be an error in every run. Links are removed, never followed; anything else goes to <c>tmp/</c>, from where
/// the garbage collection takes it.
/// </summary>
internal static class Obstacle
{
    /// <summary>Makes the way to a file free.</summary>
    /// <param name="root">The cache's folder: nothing outside of it is touched.</param>
    /// <param name="path">A file in it that is to be written.</param>
    public static void Clear(string root, string path)
    {
        if (FileStatus.TypeAt(path) is not FileType.File and var there)
            SetAside(root, path, there);
        for (var folder = Path.GetDirectoryName(path)!; folder.Length > root.Length; folder = Path.GetDirectoryName(folder)!)
        {
            if (FileStatus.Of(folder).Type is not FileType.Folder and var seen)
                SetAside(root, folder, seen);
        }
    }

    /// <summary>Does something that writes the file, once more when it could not: then the way is made free.</summary>
    public static void Overcome(string root, string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Where nothing is in the way any more, another thread may have cleared it.
            Clear(root, path);
            write();
        }
    }

    /// <summary>Makes a folder in the cache's, whatever lies in its way.</summary>
    public static void MakeFolder(string root, string path) => Overcome(root, Path.Combine(path, "any"), () => Directory.CreateDirectory(path));

    /// <summary>Removes a file or a link, and puts anything else aside.</summary>
    public static void SetAside(string root, string path) => SetAside(root, path, FileStatus.TypeAt(path));

    // By what was seen there: a folder that another thread or process has made since is not moved away under its feet.
    private static void SetAside(string root, string path, FileType seen)
    {
        switch (seen)
        {
            case FileType.Missing:
                break;
            case FileType.Folder:
                var temporary = Path.Combine(root, "tmp");
                if (FileStatus.TypeAt(temporary) == FileType.File)
                    File.Delete(temporary);
                Directory.CreateDirectory(temporary);
                Directory.Move(path, Path.Combine(temporary, Guid.NewGuid().ToString("N")));
                break;
            default:
                RemoveFile(path);
                break;
        }
    }

    private static void RemoveFile(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (UnauthorizedAccessException) when (FileStatus.TypeAt(path) == FileType.Folder)
        {
            // Another has made a folder there.
        }
    }
}
