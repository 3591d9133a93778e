namespace Slipway.Native;

/// <summary>One row of an ELF file's section table. <paramref name="Link"/> is the section that it refers to (a symbol table's strings).</summary>
internal sealed record ElfSection(string Name, int Index, long Address, long FileOffset, long Size, uint Link);
