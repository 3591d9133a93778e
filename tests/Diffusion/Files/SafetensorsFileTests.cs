using System.Buffers.Binary;
using System.Text;
using Slipway.Diffusion.Files;
using Slipway.Diffusion.Tests.Checkpoints;
using Xunit;
using static TorchSharp.torch;

namespace Slipway.Diffusion.Tests.Files;

public static class SafetensorsFileTests
{
    private static byte[] Bytes(string header, int dataLength) => Bytes(Encoding.UTF8.GetBytes(header), dataLength);

    private static byte[] Bytes(byte[] header, int dataLength)
    {
        var bytes = new byte[8 + header.Length + dataLength];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, header.Length);
        header.CopyTo(bytes, 8);
        return bytes;
    }

    public sealed class TheReferenceFile : IDisposable
    {
        private readonly SafetensorsFile _file = SafetensorsFile.Open(Golden.Path("tiny_hash_example.safetensors"));

        public void Dispose() => _file.Dispose();

        [Fact]
        public void Has_its_names_types_and_shapes()
        {
            Assert.Equal(["a.alpha", "a.weight", "b.weight"], _file.Tensors.Keys.Order());
            Assert.Equal((ScalarType.Float16, 28L, 8L), (_file.Tensors["b.weight"].Type, _file.Tensors["b.weight"].Offset, _file.Tensors["b.weight"].Length));
            Assert.Empty(_file.Tensors["a.alpha"].Shape);
            Assert.Equal([2L, 3L], _file.Tensors["a.weight"].Shape);
            Assert.Equal("1", _file.Metadata["ss_x"]);
        }

        [Fact]
        public void Has_its_values()
        {
            using var scope = NewDisposeScope();
            Assert.Equal(1f, _file.Read("a.alpha").item<float>());
            Assert.Equal([0f, 1f, 2f, 3f, 4f, 5f], _file.Read("a.weight").data<float>().ToArray());
        }

        [Fact]
        public void Converts_on_request()
        {
            using var tensor = _file.Read("b.weight", ScalarType.Float64);
            Assert.Equal([1d, 1d, 1d, 1d], tensor.data<double>().ToArray());
        }

        /// <summary>A conversion goes piece by piece, of a million elements: two and a rest here.</summary>
        [Fact]
        public void Converts_large_tensors_as_small_ones()
        {
            using var scope = NewDisposeScope();
            using var folder = new TemporaryFolder();
            using var noise = new Generator(1);
            var values = randn([1025, 2047], ScalarType.Float16, generator: noise);
            SafetensorsWriter.Write(folder["x.safetensors"], [new("t", values)], null);
            using var file = SafetensorsFile.Open(folder["x.safetensors"]);
            Assert.Equal(0, Difference.Largest(file.Read("t", ScalarType.BFloat16), values.to(ScalarType.BFloat16)));
            Assert.Equal(0, Difference.Largest(file.ReadRows("t", 3, 1000, ScalarType.Float32), values.narrow(0, 3, 1000)));
        }

        [Fact]
        public void Has_the_hash_that_sd_scripts_computes()
            => Assert.Equal("ffe1940a2cd9238c5f18fc83915dfd8fb84c32e7c7e320b67268991d5384ac19", _file.ModelHash());

        [Fact]
        public void Lacks_other_tensors()
            => Assert.Contains("no tensor 'c'", Assert.Throws<InvalidDataException>(() => _file.Read("c")).Message, StringComparison.Ordinal);
    }

    public sealed class DamagedFiles : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public void Dispose() => _folder.Dispose();

        [Theory]
        [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "tensor 't' is said to lie at bytes 0 to 8")]
        [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9, "1 bytes follow the last tensor")]
        [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "tensor 't' is said to lie at bytes 8 to 0")]
        [InlineData("""{"t":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "tensor 't' (F32 [3]) has 8 bytes, expected 12")]
        [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "tensor 't' begins at byte 4, expected 0")]
        [InlineData("""{"t":{"dtype":"F32","shape":[9223372036854775807,8],"data_offsets":[0,8]}}""", 8, "shape of tensor 't' is too large")]
        [InlineData("""{"t":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "shape of tensor 't' holds something else")]
        [InlineData("""{"t":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", 8, "shape of tensor 't' holds something else")]
        [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,1e30]}}""", 8, "data_offsets of tensor 't' holds something else")]
        [InlineData("""{"t":{"dtype":"U16","shape":[4],"data_offsets":[0,8]}}""", 8, "tensor 't' has dtype 'U16', which TorchSharp does not have")]
        [InlineData("""{"t":{"dtype":"F8_E5M2","shape":[4],"data_offsets":[0,8]}}""", 8, "'t' (F8_E5M2 [4]) has 8 bytes, expected 4")]
        [InlineData("""{"t":{"dtype":"F32","shape":[0,4611686018427387904,8],"data_offsets":[0,0]}}""", 0, "shape of tensor 't' is too large")]
        [InlineData("""{"t":{"dtype":"F32","shape":[2]}}""", 8, "tensor 't' lacks")]
        [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,4,8]}}""", 8, "tensor 't' lacks")]
        [InlineData("""{"t":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "unknown or second entry 'dtype'")]
        [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":{}}}""", 8, "unknown or second entry 'x'")]
        [InlineData("""{"t":[]}""", 0, "entry of tensor 't' is no JSON object")]
        [InlineData("""{"__metadata__":{"a":1}}""", 0, "metadata 'a' is no string")]
        [InlineData("""{"__metadata__":{"a":"1","a":"2"}}""", 0, "metadata 'a' is listed twice")]
        [InlineData("""{"__metadata__":{},"__metadata__":{}}""", 0, "'__metadata__' is listed twice")]
        [InlineData("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"t":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "tensor 't' is listed twice")]
        [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"u":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "tensor 'u' begins at byte 4, expected 8")]
        [InlineData("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"u":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "tensor 'u' begins at byte 8, expected 4")]
        [InlineData("""{"t":{"dtype":"F32","shape":""", 0, "not the JSON of a safetensors file")]
        [InlineData("""{} {}""", 0, "not the JSON of a safetensors file")]
        [InlineData("""{"\ud800":{}}""", 0, "not the JSON of a safetensors file")]
        public void Are_refused_and_named(string header, int dataLength, string problem)
        {
            var error = OpenError(Bytes(header, dataLength));
            Assert.Contains(problem, error, StringComparison.Ordinal);
            Assert.Contains("x.safetensors", error, StringComparison.Ordinal);
        }

        [Fact]
        public void Must_be_UTF_8()
            => Assert.Contains("not UTF-8", OpenError(Bytes([(byte)'{', (byte)'"', 0xff, (byte)'"'], 0)), StringComparison.Ordinal);

        [Fact]
        public void Cannot_have_more_dimensions_than_torch()
            => Assert.Contains(
                "65 dimensions",
                OpenError(Bytes($$$"""{"t":{"dtype":"U8","shape":[{{{string.Join(',', Enumerable.Repeat(1, 65))}}}],"data_offsets":[0,1]}}""", 1)),
                StringComparison.Ordinal);

        [Theory]
        [InlineData(0)]
        [InlineData(8)]
        [InlineData(9)]
        [InlineData(100)]
        public void Are_recognised_wherever_they_are_cut(int length)
            => Assert.NotEmpty(OpenError(File.ReadAllBytes(Golden.Path("tiny_hash_example.safetensors"))[..length]));

        [Fact]
        public void Cannot_have_a_header_above_100_MB()
        {
            var bytes = Bytes("{}", 0);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, 100_000_001);
            Assert.Contains("100000001 bytes", OpenError(bytes), StringComparison.Ordinal);
        }

        [Fact]
        public void Cannot_hold_truth_values_other_than_0_and_1()
        {
            var bytes = Bytes("""{"t":{"dtype":"BOOL","shape":[2],"data_offsets":[0,2]}}""", 2);
            bytes[^1] = 2;
            File.WriteAllBytes(_folder["x.safetensors"], bytes);
            using var file = SafetensorsFile.Open(_folder["x.safetensors"]);
            Assert.Contains("'t' (BOOL)", Assert.Throws<InvalidDataException>(() => file.Read("t")).Message, StringComparison.Ordinal);
        }

        [Theory]
        [InlineData("U32")]
        [InlineData("U64")]
        [InlineData("C64")]
        [InlineData("F8_E8M0")]
        [InlineData("F4")]
        public void Cannot_have_a_type_that_TorchSharp_lacks(string type)
            => Assert.Contains($"dtype '{type}', which TorchSharp does not have", OpenError(Bytes($$$"""{"t":{"dtype":"{{{type}}}","shape":[1],"data_offsets":[0,8]}}""", 8)), StringComparison.Ordinal);

        [Fact]
        public void Are_noticed_when_they_shrink_after_opening()
        {
            File.Copy(Golden.Path("tiny_hash_example.safetensors"), _folder["x.safetensors"]);
            using var file = SafetensorsFile.Open(_folder["x.safetensors"]);
            File.WriteAllBytes(_folder["x.safetensors"], File.ReadAllBytes(_folder["x.safetensors"])[..^4]);
            Assert.Contains("truncated", Assert.Throws<InvalidDataException>(() => file.Read("b.weight")).Message, StringComparison.Ordinal);
        }

        private string OpenError(byte[] bytes)
        {
            File.WriteAllBytes(_folder["x.safetensors"], bytes);
            return Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(_folder["x.safetensors"])).Message;
        }
    }

    public sealed class OtherFiles : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public void Dispose() => _folder.Dispose();

        [Theory]
        [InlineData("model.ckpt")]
        [InlineData("model.pt")]
        [InlineData("pytorch_model.BIN")]
        public void A_pickle_is_refused_by_its_name(string name) => Assert.Contains("pickle", OpenError(name, "{}0000000000"u8), StringComparison.Ordinal);

        [Fact]
        public void A_pickle_is_refused_by_its_content()
            => Assert.Contains("pickle", OpenError("model.safetensors", "PK\x03\x04 archive"u8), StringComparison.Ordinal);

        [Fact]
        public void A_Git_LFS_pointer_says_what_to_do()
            => Assert.Contains("git lfs pull", OpenError("model.safetensors", "version https://git-lfs.github.com/spec/v1"u8), StringComparison.Ordinal);

        [Fact]
        public void A_web_page_is_no_safetensors_file()
            => Assert.Contains("is no safetensors file", OpenError("model.safetensors", "<!doctype html><html>"u8), StringComparison.Ordinal);

        [Fact]
        public void A_missing_file_is_named()
            => Assert.Contains("nowhere.safetensors", Assert.Throws<FileNotFoundException>(() => SafetensorsFile.Open(_folder["nowhere.safetensors"])).Message, StringComparison.Ordinal);

        private string OpenError(string name, ReadOnlySpan<byte> bytes)
        {
            File.WriteAllBytes(_folder[name], bytes);
            return Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(_folder[name])).Message;
        }
    }
}
