using System.Runtime.InteropServices;

namespace Slipway.Native;

/// <summary>
/// Lets TorchSharp 0.107.0 load where libstdc++ is older than GCC 13's (Debian 12, Ubuntu 22.04).
/// Its libLibTorchSharp.so asks for GLIBCXX_3.4.32 on account of a single symbol, a marker function that does
/// nothing. In a copy of the file that version becomes optional and the symbol is bound, inside the library,
/// to <c>.fini</c>, a function that only returns. The build runs this (Directory.Build.targets).
/// Delete this folder and that target when a TorchSharp release loads without it.
/// </summary>
public static class TorchSharpMend
{
    private const string Version = "GLIBCXX_3.4.32";
    private const string Marker = "_ZSt21ios_base_library_initv";
    private const string Advice = "Delete the mend if this TorchSharp loads without it, or extend it (src/Native/TorchSharpMend.cs).";

    private const int SymbolLength = 24;
    private const ushort WeakVersion = 2;
    private const byte Hidden = 2;
    private const ushort Unversioned = 1;
    private const ushort HiddenVersionBit = 0x8000;

    /// <summary>Whether the libstdc++ that this system's loader finds lacks the symbol.</summary>
    public static bool IsNeeded() =>
        OperatingSystem.IsLinux()
            && !(NativeLibrary.TryLoad("libstdc++.so.6", out var library) && NativeLibrary.TryGetExport(library, Marker, out _));

    /// <summary>Writes what this system needs, as <see cref="WriteLibrary"/> does.</summary>
    /// <exception cref="InvalidDataException">The library is not the one that the mend was made for.</exception>
    public static void Write(string shipped, string target) => WriteLibrary(shipped, target, IsNeeded());

    /// <summary>
    /// Writes to <paramref name="target"/> what the output folder should hold: the mended library where
    /// <paramref name="isNeeded"/>, else the library as shipped. <paramref name="shipped"/> is only read; the target
    /// is replaced as a whole (new file, then rename), so that a hard link to it elsewhere keeps its bytes.
    /// </summary>
    /// <exception cref="InvalidDataException">The library is not the one that the mend was made for.</exception>
    public static void WriteLibrary(string shipped, string target, bool isNeeded)
    {
        var bytes = File.ReadAllBytes(shipped);
        if (isNeeded)
            Apply(bytes, shipped);
        WholeFile.Write(target, bytes);
    }

    /// <summary>Mends the library in memory. Applying it twice changes nothing more.</summary>
    /// <exception cref="InvalidDataException">The library is not the one that the mend was made for.</exception>
    public static void Apply(byte[] library, string name)
    {
        var elf = new ElfImage(library, name);
        var symbols = elf.Section(".dynsym");
        var versions = elf.Section(".gnu.version");
        var requirement = FindRequirement(elf, elf.Section(".gnu.version_r"));
        var marker = FindMarker(elf, symbols);
        var end = elf.Section(".fini");

        RequireNoOtherUser(elf, versions, elf.U16(requirement + 6), marker);
        elf.SetU16(requirement + 4, (ushort)(elf.U16(requirement + 4) | WeakVersion));
        var symbol = symbols.FileOffset + marker * SymbolLength;
        elf.SetByte(symbol + 5, Hidden);
        elf.SetU16(symbol + 6, (ushort)end.Index);
        elf.SetOffset(symbol + 8, end.Address);
        elf.SetU16(versions.FileOffset + marker * sizeof(ushort), Unversioned);
    }

    /// <summary>The offset of the <c>Elf64_Vernaux</c> record that asks for the version.</summary>
    private static long FindRequirement(ElfImage elf, ElfSection section)
    {
        var strings = elf.Section(section.Link);
        for (long file = section.FileOffset, next = -1; next != 0; file += next)
        {
            var record = file + elf.U32(file + 8);
            for (var left = elf.U16(file + 2); left > 0; left--, record += elf.U32(record + 12))
                if (elf.Text(strings, elf.U32(record + 8)) == Version)
                    return record;
            next = elf.U32(file + 12);
        }

        throw elf.Unexpected($"it does not ask for {Version}. {Advice}");
    }

    private static long FindMarker(ElfImage elf, ElfSection symbols)
    {
        var strings = elf.Section(symbols.Link);
        for (long index = 0; index < symbols.Size / SymbolLength; index++)
            if (elf.Text(strings, elf.U32(symbols.FileOffset + index * SymbolLength)) == Marker)
                return index;
        throw elf.Unexpected($"it has no symbol {Marker}. {Advice}");
    }

    /// <summary>A second symbol of the version would stay unbound, and fail later with a worse message.</summary>
    private static void RequireNoOtherUser(ElfImage elf, ElfSection versions, ushort version, long marker)
    {
        for (long index = 0; index < versions.Size / sizeof(ushort); index++)
            if (index != marker && (elf.U16(versions.FileOffset + index * sizeof(ushort)) & ~HiddenVersionBit) == version)
                throw elf.Unexpected($"symbol {index} needs {Version} too. {Advice}");
    }
}
