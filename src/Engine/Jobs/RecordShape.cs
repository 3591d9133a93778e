using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace Slipway.Engine.Jobs;

/// <summary>
/// The members of a record, as its key sees them: every public property that can be set when the record is made. Members are texts,
/// numbers, switches, words of an enumeration, <see cref="Input"/>s, records of these, lists and text-keyed maps of these.
/// </summary>
internal sealed class RecordShape
{
    private static readonly ConcurrentDictionary<Type, RecordShape> Known = new();

    private RecordShape(Type type)
    {
        var made = Default(type);
        var parameters = type.GetConstructors().OrderByDescending(constructor => constructor.GetParameters().Length).First().GetParameters();
        Members =
        [
            .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property.SetMethod is not null && property.GetIndexParameters().Length == 0)
                .Select(property => new Member(property, Array.Find(parameters, parameter => parameter.Name == property.Name), made))
                .Where(member => !member.IsLeftOut),
        ];
        foreach (var member in Members)
            Require(member.Type, $"{type.Name}.{member.Property.Name}");
    }

    /// <summary>The members that count.</summary>
    public IReadOnlyList<Member> Members { get; }

    /// <summary>The shape of a record class, found once.</summary>
    /// <exception cref="NotSupportedException">A member is of a type that a key cannot hold; the member is named.</exception>
    public static RecordShape Of(Type type) => Known.TryGetValue(type, out var shape) ? shape : Known.GetOrAdd(type, new RecordShape(type));

    /// <summary>A value's canonical text; null where it is none of the simple types.</summary>
    public static string? Text(object value) => value switch
    {
        string text => text,
        bool flag => flag ? "true" : "false",
        int or long or ulong or uint or byte => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        Enum word => SnakeCase(word.ToString()),
        _ => null,
    };

    /// <summary><c>MinSnrGamma</c> → <c>min_snr_gamma</c>; <c>UNetLr</c> → <c>unet_lr</c>.</summary>
    public static string SnakeCase(string name)
    {
        name = name.Replace("UNet", "Unet", StringComparison.Ordinal);
        var text = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            var startsWord = char.IsUpper(name[i]) && i > 0 && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
            text.Append(startsWord ? "_" : "").Append(char.ToLowerInvariant(name[i]));
        }

        return text.ToString();
    }

    /// <summary>The elements' type of a list; null for what is none.</summary>
    public static Type? ElementOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    /// <summary>Whether two values are the same to the key.</summary>
    public static bool AreEqual(object? a, object? b) => a is IEnumerable and not string && b is IEnumerable others and not string
        ? ((IEnumerable)a).Cast<object?>().SequenceEqual(others.Cast<object?>(), EqualityComparer<object?>.Create(AreEqual))
        : Equals(a, b);

    private static object? Default(Type type) => type.GetConstructor(Type.EmptyTypes) is { } constructor && !IsRequired(type) ? constructor.Invoke(null) : null;

    private static bool IsRequired(Type type) =>
        type.GetProperties().Any(property => property.IsDefined(typeof(System.Runtime.CompilerServices.RequiredMemberAttribute)));

    private static void Require(Type type, string member)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (IsSimple(plain) || typeof(Input).IsAssignableFrom(plain))
            return;
        if (ElementOf(plain) is { } element)
        {
            Require(element, member);
            return;
        }

        if (IsMap(plain))
            return;
        if (plain.GetMethod("<Clone>$") is null)
            throw new NotSupportedException($"{member} is of the type {type.Name}, which a key cannot hold; use texts, numbers, switches, enumerations, inputs, records, or lists and text-keyed maps of them.");
        _ = Of(plain);
    }

    private static bool IsSimple(Type type) =>
        type.IsEnum || type == typeof(string) || type == typeof(bool) || type == typeof(int) || type == typeof(long) || type == typeof(ulong) || type == typeof(double);

    private static bool IsMap(Type type) =>
        type == typeof(IReadOnlyDictionary<string, string>) || type == typeof(KeyValuePair<string, string>);

    /// <summary>A member.</summary>
    internal sealed class Member
    {
        private readonly Func<object, object?> _get;

        public Member(PropertyInfo property, ParameterInfo? parameter, object? made)
        {
            Property = property;
            Name = SnakeCase(property.Name);
            IsLeftOut = property.IsDefined(typeof(NotInKeyAttribute)) || parameter?.IsDefined(typeof(NotInKeyAttribute)) == true;
            IsInline = property.IsDefined(typeof(InlineAttribute)) || parameter?.IsDefined(typeof(InlineAttribute)) == true;
            _get = property.GetValue;
            HasDefault = made is not null || parameter?.HasDefaultValue == true;
            Default = made is not null ? property.GetValue(made) : parameter?.HasDefaultValue == true ? parameter.DefaultValue : null;
        }

        public PropertyInfo Property { get; }

        /// <summary>Its name in keys.</summary>
        public string Name { get; }

        public Type Type => Property.PropertyType;

        public bool IsLeftOut { get; }

        public bool IsInline { get; }

        public bool HasDefault { get; }

        public object? Default { get; }

        public object? Get(object record) => _get(record);
    }
}
