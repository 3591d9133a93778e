using System.Buffers.Binary;
using System.Text;

namespace Slipway.Native;

/// <summary>
/// The bytes of a 64-bit little-endian x86-64 ELF file and its section table
/// (System V ABI, chapter 4). Every read and write is checked against the file's length.
/// </summary>
internal sealed class ElfImage
{
    private const int HeaderLength = 64;
    private const int SectionHeaderLength = 64;
    private const ushort X86_64 = 62;

    private static ReadOnlySpan<byte> Magic => [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1];

    private readonly byte[] _bytes;
    private readonly string _name;
    private readonly List<ElfSection> _sections = [];

    /// <exception cref="InvalidDataException">The bytes are no x86-64 ELF file, or its section table is damaged.</exception>
    public ElfImage(byte[] bytes, string name)
    {
        (_bytes, _name) = (bytes, name);
        if (bytes.Length < HeaderLength || !bytes.AsSpan(0, 6).SequenceEqual(Magic))
            throw Unexpected("it is no 64-bit little-endian ELF file");
        if (U16(18) != X86_64)
            throw Unexpected($"its machine type is {U16(18)}, expected {X86_64} (x86-64)");
        ReadSections();
    }

    public ElfSection Section(string name) => _sections.Find(section => section.Name == name) ?? throw Unexpected($"it has no section {name}");

    public ElfSection Section(uint index) => index < _sections.Count ? _sections[(int)index] : throw Unexpected($"it has no section {index}");

    public ushort U16(long at) => BinaryPrimitives.ReadUInt16LittleEndian(Span(at, 2));

    public uint U32(long at) => BinaryPrimitives.ReadUInt32LittleEndian(Span(at, 4));

    public long Offset(long at) => BinaryPrimitives.ReadInt64LittleEndian(Span(at, 8)) is >= 0 and var value ? value : throw Unexpected("an offset in it is negative");

    public void SetByte(long at, byte value) => Span(at, 1)[0] = value;

    public void SetU16(long at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Span(at, 2), value);

    public void SetOffset(long at, long value) => BinaryPrimitives.WriteInt64LittleEndian(Span(at, 8), value);

    /// <summary>The zero-terminated string at <paramref name="at"/> of a string table.</summary>
    public string Text(ElfSection strings, uint at)
    {
        var text = Span(strings.FileOffset, strings.Size)[(int)Math.Min(at, strings.Size)..];
        var length = text.IndexOf((byte)0);
        return length < 0 ? throw Unexpected($"a string in {strings.Name} has no end") : Encoding.UTF8.GetString(text[..length]);
    }

    public InvalidDataException Unexpected(string found) => new($"{_name} is not the file that the loading mend was made for: {found}.");

    private void ReadSections()
    {
        var table = Offset(40);
        var (size, count, names) = (U16(58), U16(60), U16(62));
        if (size != SectionHeaderLength || names >= count)
            throw Unexpected("its section table is damaged or stripped");
        for (var index = 0; index < count; index++)
            _sections.Add(ReadSection(index, table + (long)index * size));
        for (var index = 0; index < count; index++)
            _sections[index] = _sections[index] with { Name = Text(_sections[names], U32(table + (long)index * size)) };
    }

    private ElfSection ReadSection(int index, long at) =>
        new($"section {index}", index, Address: Offset(at + 16), FileOffset: Offset(at + 24), Size: Offset(at + 32), Link: U32(at + 40));

    private Span<byte> Span(long at, long length) =>
        at >= 0 && length >= 0 && at <= _bytes.Length - length
            ? _bytes.AsSpan((int)at, (int)length)
            : throw Unexpected($"it ends at byte {_bytes.Length}, and {length} bytes at {at} were looked for");
}
