using System.Numerics;

namespace Slipway.Training.Metrics;

/// <summary>CRC-32C (Castagnoli, RFC 3720) and the masked form that TFRecord files store.</summary>
internal static class Crc32C
{
    /// <summary>Rotated right by 15 bits plus a constant, so that a CRC of data holding CRCs stays strong.</summary>
    public static uint Masked(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var b in data)
            crc = BitOperations.Crc32C(crc, b);
        return BitOperations.RotateRight(~crc, 15) + 0xA282EAD8;
    }
}
