using System.Runtime.CompilerServices;
using Slipway.Imaging.Measuring;
using Slipway.Imaging.Pictures;
using Xunit;

namespace Slipway.Testing.Snapshots;

/// <summary>
/// Compares what a test made with the file <c>Type.Method_case.verified.ext</c> beside it. A difference leaves
/// <c>….received.ext</c> there, opens the diff tool where somebody sits, and fails with Verify's text. To accept it,
/// move the received file over the verified one.
/// </summary>
public static class Snapshot
{
    /// <summary>Compares a text; line ends do not count.</summary>
    /// <param name="text">What the test made.</param>
    /// <param name="case">Which of the test's cases; null where it has one.</param>
    /// <param name="extension"><c>txt</c> or <c>json</c>.</param>
    /// <param name="file">Given by the compiler.</param>
    /// <param name="method">Given by the compiler.</param>
    public static void Match(string text, string? @case = null, string extension = "txt", [CallerFilePath] string file = "", [CallerMemberName] string method = "")
        => Match(text, SnapshotName.Of(file, method, @case, extension));

    /// <summary>Compares a picture.</summary>
    /// <param name="picture">What the test made.</param>
    /// <param name="tolerance">How far it may be off.</param>
    /// <param name="case">Which of the test's cases; null where it has one.</param>
    /// <param name="file">Given by the compiler.</param>
    /// <param name="method">Given by the compiler.</param>
    public static void Match(Picture picture, PictureTolerance tolerance, string? @case = null, [CallerFilePath] string file = "", [CallerMemberName] string method = "")
        => Match(picture, tolerance, SnapshotName.Of(file, method, @case, "png"));

    /// <summary>Compares a text with a snapshot of that name.</summary>
    public static void Match(string text, SnapshotName name)
    {
        var received = text.ReplaceLineEndings("\n");
        if (!File.Exists(name.VerifiedPath))
        {
            Fail(name, path => File.WriteAllText(path, received), "New", $"Received: {name.Received}\n{received}");
        }

        var verified = File.ReadAllText(name.VerifiedPath).ReplaceLineEndings("\n");
        if (received != verified)
        {
            Fail(name, path => File.WriteAllText(path, received), "NotEqual", $"Received: {name.Received}\n{received}\nVerified: {name.Verified}\n{verified}");
        }

        File.Delete(name.ReceivedPath);
    }

    /// <summary>Compares a picture with a snapshot of that name.</summary>
    public static void Match(Picture picture, PictureTolerance tolerance, SnapshotName name)
    {
        if (!File.Exists(name.VerifiedPath))
        {
            Fail(name, path => picture.SavePng(path), "New", $"Received: {name.Received}\n{picture.Width}×{picture.Height} pixels");
        }

        if (tolerance.Difference(picture, Picture.Load(name.VerifiedPath)) is { } difference)
        {
            Fail(name, path => picture.SavePng(path), "NotEqual", $"Received: {name.Received}\nVerified: {name.Verified}\nCompare Result:\n{difference}");
        }

        File.Delete(name.ReceivedPath);
    }

    private static void Fail(SnapshotName name, Action<string> write, string kind, string content)
    {
        write(name.ReceivedPath);
        DiffTool.Open(name);
        Assert.Fail($"Directory: {name.Folder}\n{kind}:\n  - Received: {name.Received}\n    Verified: {name.Verified}\n\nFileContent:\n\n{kind}:\n\n{content}");
    }
}
