using System.Runtime.InteropServices;

namespace Slipway.Diffusion.Files;

/// <summary>
/// An eight-bit floating-point type (Micikevicius et al. 2022, "FP8 formats for deep learning"), of which TorchSharp has
/// none. Every number of either type is an f16 exactly, so that is what its tensors are read as.
/// </summary>
internal sealed class Float8
{
    private readonly Half[] _values = new Half[256];

    private Float8(string name, Func<byte, Half> decode)
    {
        Name = name;
        for (var code = 0; code < _values.Length; code++)
            _values[code] = decode((byte)code);
    }

    /// <summary>Four bits of exponent, three of fraction, no infinities: torch's <c>float8_e4m3fn</c>.</summary>
    public static Float8 E4M3 { get; } = new("F8_E4M3", DecodeE4M3);

    /// <summary>Five bits of exponent, two of fraction: the upper half of an f16.</summary>
    public static Float8 E5M2 { get; } = new("F8_E5M2", code => BitConverter.UInt16BitsToHalf((ushort)(code << 8)));

    /// <summary>The type's name in safetensors.</summary>
    public string Name { get; }

    /// <summary>The type with this name; null where it is none.</summary>
    public static Float8? Find(string name) => name == E4M3.Name ? E4M3 : name == E5M2.Name ? E5M2 : null;

    /// <summary>Decodes numbers to the bytes of as many f16.</summary>
    public void Decode(ReadOnlySpan<byte> codes, Span<byte> halves)
    {
        var values = MemoryMarshal.Cast<byte, Half>(halves);
        for (var i = 0; i < codes.Length; i++)
            values[i] = _values[codes[i]];
    }

    private static Half DecodeE4M3(byte code)
    {
        const int Bias = 7;
        const int FractionBits = 3;
        var (exponent, fraction) = ((code >> FractionBits) & 0xf, code & 0x7);
        if ((exponent, fraction) == (0xf, 0x7))
            return Half.NaN;
        var size = exponent == 0
            ? fraction * Math.Pow(2, 1 - Bias - FractionBits)
            : (1 + (fraction / 8.0)) * Math.Pow(2, exponent - Bias);
        return (Half)((code & 0x80) == 0 ? size : -size);
    }
}
