using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
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
        var constructor = type.GetConstructors().OrderByDescending(constructor => constructor.GetParameters().Length).First();
        var parameters = constructor.GetParameters();
        var made = Default(constructor);
        Members =
        [
            .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property.SetMethod is not null && property.GetIndexParameters().Length == 0)
                .Select(property => new Member(property, Array.Find(parameters, parameter => parameter.Name == property.Name), made))
                .Where(member => !member.IsLeftOut),
        ];
        foreach (var member in Members)
            Require(member.Type, $"{type.Name}.{member.Property.Name}");
        InputMembers = [.. Members.Where(member => HoldsInputs(member.Type))];
        IsFlat = Array.TrueForAll(Members, member => IsSimpleOrInput(Nullable.GetUnderlyingType(member.Type) ?? member.Type));
    }

    /// <summary>The members that count.</summary>
    public Member[] Members { get; }

    /// <summary>Those in which there can be an <see cref="Input"/>; the search for inputs goes through no other.</summary>
    public Member[] InputMembers { get; }

    /// <summary>Whether no member is a list, a map or a record: there is an entry for each at the most.</summary>
    public bool IsFlat { get; }

    /// <summary>The shape of a record class, found once.</summary>
    /// <exception cref="NotSupportedException">A member is of a type that a key cannot hold; the member is named.</exception>
    public static RecordShape Of(Type type) => Known.TryGetValue(type, out var shape) ? shape : Known.GetOrAdd(type, new RecordShape(type));

    /// <summary>A value's canonical text; null where it is none of the simple types.</summary>
    public static string? Text(object value) => value switch
    {
        string text => text,
        bool flag => flag ? "true" : "false",
        int or long or ulong or uint or byte or double => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
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
    public static bool AreEqual(object? a, object? b) => (a, b) switch
    {
        _ when ReferenceEquals(a, b) => true,
        (string or Input or ValueType, _) => Equals(a, b),
        (IEnumerable list, IEnumerable other) => list.Cast<object?>().SequenceEqual(other.Cast<object?>(), EqualityComparer<object?>.Create(AreEqual)),
        // Records are not asked: to them, lists of equal elements are different.
        ({ } record, { } other) when record.GetType() == other.GetType() && IsRecord(record.GetType()) =>
            (record as ILabelled)?.Label == (other as ILabelled)?.Label && Of(record.GetType()).Members.All(member => AreEqual(member.Get(record), member.Get(other))),
        _ => Equals(a, b),
    };

    /// <summary>A record made of nothing, for what its members are where nobody sets them; null where there cannot be one.</summary>
    private static object? Default(ConstructorInfo constructor)
    {
        try
        {
            return constructor.Invoke(new object?[constructor.GetParameters().Length]);
        }
        catch (TargetInvocationException)
        {
            return null;
        }
    }

    private static void Require(Type type, string member)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (IsSimpleOrInput(plain))
            return;
        if (ElementOf(plain) is { } element && ElementOf(element) is null && !IsMap(element))
        {
            if (element != typeof(KeyValuePair<string, string>))
                Require(element, member);
            return;
        }

        if (IsMap(plain))
            return;
        // The class of a value is no part of the key, so that there must be one only.
        if (!IsRecord(plain) || !plain.IsSealed)
            throw new NotSupportedException($"{member} is of the type {type.Name}, which a key cannot hold; use texts, numbers, switches, enumerations, inputs, sealed records, or lists and text-keyed maps of them.");
        _ = Of(plain);
    }

    private static bool HoldsInputs(Type type) =>
        typeof(Input).IsAssignableFrom(type)
        || (ElementOf(type) is { } element ? HoldsInputs(element) : IsRecord(type) && Of(type).InputMembers.Length > 0);

    private static bool IsSimpleOrInput(Type type) => IsSimple(type) || typeof(Input).IsAssignableFrom(type);

    private static bool IsSimple(Type type) =>
        type.IsEnum || type == typeof(string) || type == typeof(bool) || type == typeof(int) || type == typeof(long) || type == typeof(ulong) || type == typeof(double);

    private static bool IsMap(Type type) => type == typeof(IReadOnlyDictionary<string, string>);

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;

    /// <summary>A member.</summary>
    internal sealed class Member
    {
        // To make a delegate costs more than a few calls through reflection.
        private const int Few = 100;
        private readonly MethodInvoker _get;
        private int _calls;
        private Reading? _often;

        public Member(PropertyInfo property, ParameterInfo? parameter, object? made)
        {
            Property = property;
            _get = MethodInvoker.Create(property.GetMethod!);
            Name = SnakeCase(property.Name);
            IsLeftOut = property.IsDefined(typeof(NotInKeyAttribute)) || parameter?.IsDefined(typeof(NotInKeyAttribute)) == true;
            IsInline = property.IsDefined(typeof(InlineAttribute)) || parameter?.IsDefined(typeof(InlineAttribute)) == true;
            HasDefault = parameter?.HasDefaultValue ?? (made is not null && !property.IsDefined(typeof(RequiredMemberAttribute)));
            Default = !HasDefault ? null : parameter is null ? property.GetValue(made) : parameter.DefaultValue;
        }

        public PropertyInfo Property { get; }

        /// <summary>Its name in keys.</summary>
        public string Name { get; }

        public Type Type => Property.PropertyType;

        public bool IsLeftOut { get; }

        public bool IsInline { get; }

        public bool HasDefault { get; }

        public object? Default { get; }

        public object? Get(object record)
        {
            if (_often is { } often)
                return often.Get(record);
            // Of values each type would be compiled by itself: of seeds, which every picture of a dataset has, that pays.
            if (++_calls > Few && (!Type.IsValueType || Type == typeof(ulong)))
                _often = (Reading)Activator.CreateInstance(typeof(ReadingOf<,>).MakeGenericType(Property.DeclaringType!, Type), Property.GetMethod!)!;
            return _get.Invoke(record);
        }
    }

    /// <summary>Reads a member that is read often.</summary>
    private abstract class Reading
    {
        public abstract object? Get(object record);
    }

    private sealed class ReadingOf<TRecord, TValue>(MethodInfo get) : Reading
        where TRecord : class
    {
        private readonly Func<TRecord, TValue> _get = get.CreateDelegate<Func<TRecord, TValue>>();

        public override object? Get(object record) => _get((TRecord)record);
    }
}
