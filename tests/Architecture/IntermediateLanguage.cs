using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;

namespace Slipway.Architecture.Tests;

/// <summary>The tokens of types and members that the body of a method names (ECMA-335, partition III).</summary>
internal static class IntermediateLanguage
{
    private const byte TwoBytes = 0xFE;

    private static readonly IReadOnlyDictionary<short, OperandType> Operands = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value, code => code.OperandType);

    public static IEnumerable<int> Tokens(BlobReader body)
    {
        var tokens = new List<int>();
        while (body.RemainingBytes > 0)
        {
            var first = body.ReadByte();
            var code = first == TwoBytes ? (short)((TwoBytes << 8) | body.ReadByte()) : first;
            switch (Operands[code])
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType:
                    tokens.Add(body.ReadInt32());
                    break;
                case OperandType.InlineSwitch:
                    var targets = body.ReadInt32();
                    body.Offset += sizeof(int) * targets;
                    break;
                case var operand:
                    body.Offset += Size(operand);
                    break;
            }
        }
        return tokens;
    }

    private static int Size(OperandType operand) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => 4,
    };
}
