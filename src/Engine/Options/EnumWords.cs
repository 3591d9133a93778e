using System.Text;

namespace Slipway.Engine.Options;

/// <summary>The words for an enumeration's values: their names in small letters, with an underscore before each later capital.</summary>
internal static class EnumWords<TEnum>
    where TEnum : struct, Enum
{
    public static Kind<TEnum> Kind { get; } = new Mapped<string, TEnum>(new Word([.. Enum.GetValues<TEnum>().Select(Of)]), word => Enum.GetValues<TEnum>().First(value => Of(value) == word), Of);

    private static string Of(TEnum value)
    {
        var word = new StringBuilder();
        foreach (var letter in value.ToString())
        {
            if (char.IsUpper(letter) && word.Length > 0)
                word.Append('_');
            word.Append(char.ToLowerInvariant(letter));
        }

        return word.ToString();
    }
}
