using System.ComponentModel;
using System.Diagnostics;

namespace Slipway.Pipeline.Commands.Comparisons;

/// <summary>Files as a commit has them, read through git.</summary>
internal sealed class GitRevision
{
    private readonly string _folder;
    private readonly string _commit;

    private GitRevision(string folder, string name, string commit) => (_folder, Name, _commit) = (folder, name, commit);

    /// <summary>What the user called it.</summary>
    public string Name { get; }

    /// <summary>Finds a revision.</summary>
    /// <param name="folder">Full path of a folder of the repository; paths are relative to it.</param>
    /// <param name="name">Such as <c>HEAD~1</c>, a branch, a tag, a commit.</param>
    /// <exception cref="ArgumentException">There is no git, no repository, or no such revision.</exception>
    public static GitRevision Open(string folder, string name)
    {
        if (Git(folder, "rev-parse", "--is-inside-work-tree") is not { Length: > 0 })
            throw new ArgumentException($"--with={name}: {folder} is no folder of a git repository, and there is no such file; name a file with an evaluation, or a revision where there is one.");
        return Git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", $"{name}^{{commit}}") is { Length: > 0 } commit
            ? new GitRevision(folder, name, System.Text.Encoding.ASCII.GetString(commit).Trim())
            : throw new ArgumentException($"--with={name}: git knows no such revision, and there is no such file.");
    }

    /// <summary>Refuses a revision without accepted snapshots.</summary>
    /// <param name="file">The file by which they are known, relative to the folder.</param>
    /// <param name="folder">Where they would be.</param>
    /// <exception cref="ArgumentException">The commit does not have the file.</exception>
    public void Require(string file, string folder)
    {
        if (Read(file) is null)
            throw new ArgumentException($"--with={Name}: nothing is accepted in {folder} there; name a revision in which the work of --target=Accept was committed.");
    }

    /// <summary>A file's bytes; null where the commit does not have it.</summary>
    /// <param name="path">Relative to the folder, with <c>/</c>.</param>
    public byte[]? Read(string path) => Git(_folder, "show", $"{_commit}:./{path}");

    /// <summary>What git writes; null where it fails.</summary>
    private static byte[]? Git(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("git") { UseShellExecute = false, WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        arguments.ToList().ForEach(start.ArgumentList.Add);
        try
        {
            using var git = Process.Start(start)!;
            git.StandardInput.Close();
            var error = git.StandardError.ReadToEndAsync();
            using var output = new MemoryStream();
            git.StandardOutput.BaseStream.CopyTo(output);
            error.GetAwaiter().GetResult();
            git.WaitForExit();
            return git.ExitCode == 0 ? output.ToArray() : null;
        }
        catch (Win32Exception exception)
        {
            throw new ArgumentException("git is not there, so no revision can be read; install it, or name a file with an evaluation.", exception);
        }
    }
}
