using System.Text;
using Slipway.Diffusion.Files;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests.Files;

/// <summary>Values by hand from the definition: sign, exponent, fraction.</summary>
public sealed class Float8Tests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(0b0_0000_000, 0)]
    [InlineData(0b0_0000_001, 0.001953125)]
    [InlineData(0b0_0001_000, 0.015625)]
    [InlineData(0b0_0111_000, 1)]
    [InlineData(0b1_0111_100, -1.5)]
    [InlineData(0b0_1111_110, 448)]
    [InlineData(0b1_1111_111, double.NaN)]
    public void Four_bits_of_exponent(byte code, double expected) => Assert.Equal(expected, Read("F8_E4M3", code));

    [Theory]
    [InlineData(0b0_00000_01, 0.0000152587890625)]
    [InlineData(0b0_01111_00, 1)]
    [InlineData(0b1_10000_11, -3.5)]
    [InlineData(0b0_11110_11, 57344)]
    [InlineData(0b0_11111_00, double.PositiveInfinity)]
    public void Five_bits_of_exponent(byte code, double expected) => Assert.Equal(expected, Read("F8_E5M2", code));

    [Fact]
    public void Rows_and_other_types_are_read_as_of_any_tensor()
    {
        using var file = Open("F8_E4M3", [0x38, 0x40, 0xb8, 0xc0]);
        Assert.Equal([1f, 2, -1, -2], file.Read("t", ScalarType.Float32).data<float>().ToArray());
        Assert.Equal([-1f, -2], file.ReadRows("t", 2, 2).to(ScalarType.Float32).data<float>().ToArray());
    }

    private double Read(string type, byte code)
    {
        using var file = Open(type, [code]);
        return file.Read("t", ScalarType.Float64).item<double>();
    }

    private SafetensorsFile Open(string type, byte[] codes)
    {
        var header = Encoding.ASCII.GetBytes($$$"""{"t":{"dtype":"{{{type}}}","shape":[{{{codes.Length}}}],"data_offsets":[0,{{{codes.Length}}}]}}""");
        File.WriteAllBytes(_folder["x.safetensors"], [.. BitConverter.GetBytes((long)header.Length), .. header, .. codes]);
        return SafetensorsFile.Open(_folder["x.safetensors"]);
    }
}
