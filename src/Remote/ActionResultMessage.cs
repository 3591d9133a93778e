using System.Globalization;
using Google.Protobuf;
using Slipway.Engine.Caching;

namespace Slipway.Remote;

/// <summary>
/// A result as the message <c>ActionResult</c> of the Remote Execution API (build.bazel.remote.execution.v2), which servers of Bazel's HTTP protocol
/// may check: <c>output_files</c> names the blobs, by output and path in it, and <c>stdout_raw</c> holds the record as Slipway keeps it. Everything
/// else is passed over: a server may have added to it.
/// </summary>
internal static class ActionResultMessage
{
    private const int OutputFiles = 2;
    private const int StandardOutput = 5;
    private const int FilePath = 1;
    private const int FileDigest = 2;
    private const int DigestHash = 1;
    private const int DigestSize = 2;

    /// <summary>The message.</summary>
    public static byte[] Write(ContentHash key, ActionResult result) => Message(message =>
    {
        foreach (var output in result.Outputs)
            WriteBytes(message, OutputFiles, File(output));
        WriteBytes(message, StandardOutput, ActionRecord.Write(key, result));
    });

    /// <summary>The result in a message.</summary>
    /// <exception cref="InvalidDataException">It is no message, has no record, or has one of another action or with other bytes than were written.</exception>
    public static ActionResult Read(ContentHash key, byte[] bytes)
    {
        var record = ByteString.Empty;
        try
        {
            var input = new CodedInputStream(bytes);
            while (input.ReadTag() is var tag and > 0)
            {
                if (tag == WireFormat.MakeTag(StandardOutput, WireFormat.WireType.LengthDelimited))
                    record = input.ReadBytes();
                else
                    input.SkipLastField();
            }
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new InvalidDataException("is no result", exception);
        }

        return ActionRecord.Read(key, record.Memory);
    }

    private static byte[] File(ActionOutput output) => Message(message =>
    {
        WriteText(message, FilePath, output.Path.Length == 0 ? output.Slot.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{output.Slot}/{output.Path}"));
        WriteBytes(message, FileDigest, Message(digest =>
        {
            WriteText(digest, DigestHash, output.Blob.Hash.ToString());
            // Zero is what a reader takes for a field that is not there.
            if (output.Blob.Size == 0)
                return;
            digest.WriteTag(DigestSize, WireFormat.WireType.Varint);
            digest.WriteInt64(output.Blob.Size);
        }));
    });

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var memory = new MemoryStream();
        using (var message = new CodedOutputStream(memory, leaveOpen: true))
            write(message);
        return memory.ToArray();
    }

    private static void WriteText(CodedOutputStream message, int field, string text)
    {
        message.WriteTag(field, WireFormat.WireType.LengthDelimited);
        message.WriteString(text);
    }

    private static void WriteBytes(CodedOutputStream message, int field, byte[] bytes)
    {
        message.WriteTag(field, WireFormat.WireType.LengthDelimited);
        message.WriteBytes(UnsafeByteOperations.UnsafeWrap(bytes));
    }
}
