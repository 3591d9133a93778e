using System.Text;

namespace Slipway.Engine.Options;

/// <summary>The words for an enumeration's values: their names in small letters, with an underscore before each later capital.</summary>
internal static class EnumWords<TEnum>
    where TEnum : struct, Enum
{
    public static Kind<TEnum> Kind { get; } = new Mapped<string, TEnum>(new Word([.. Enum.GetValues<TEnum>().Select(WordOf)]), word => Enum.GetValues<TEnum>().First(value => WordOf(value) == word), WordOf);

    private static string WordOf(TEnum value)
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
