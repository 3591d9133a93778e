using Slipway.Engine.Caching;
using Slipway.Remote;

namespace Slipway.Fuzzing.Formats;

/// <summary>What a remote cache answers: the message around a record, and the record itself, whose seal anybody can make.</summary>
internal static class Results
{
    public static IEnumerable<Format> Formats { get; } =
    [
        new("remote-messages", input => ActionResultMessage.Read(ContentHash.Of("key"), input)),
        new("remote-records", Read),
    ];

    private static void Read(byte[] input)
    {
        foreach (var output in ActionJson.ReadResult(input).Outputs)
        {
            if (output.Slot < 0 || output.Blob.Size < 0)
                throw new ContradictionException("An output has a number or a size below 0.");
            if (Path.GetFullPath(Path.Combine("/folder", output.Path)) is var path && path != "/folder" && !path.StartsWith("/folder/", StringComparison.Ordinal))
                throw new ContradictionException($"The output {output.Path} leaves its folder.");
        }
    }
}
