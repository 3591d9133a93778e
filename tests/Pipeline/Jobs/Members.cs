using System.Collections;
using System.Reflection;
using Slipway.Engine.Jobs;

namespace Slipway.Pipeline.Tests.Jobs;

/// <summary>The members of records, found by looking at their classes, and records that differ in one of them.</summary>
internal static class Members
{
    private static readonly NullabilityInfoContext Nullability = new();

    /// <summary>The public members that can be set.</summary>
    public static IEnumerable<PropertyInfo> Of(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.SetMethod is not null && property.GetIndexParameters().Length == 0);

    /// <summary>Whether it is declared not to count.</summary>
    public static bool IsLeftOut(PropertyInfo property) => property.IsDefined(typeof(NotInKeyAttribute));

    /// <summary>Whether the class is a record.</summary>
    public static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;

    /// <summary>The records that a record is made of, itself first, each class once.</summary>
    public static IReadOnlyList<Type> Reachable(Type type)
    {
        var found = new List<Type>();
        void Add(Type next)
        {
            var plain = Nullable.GetUnderlyingType(next) ?? ElementOf(next) ?? next;
            if (!IsRecord(plain) || plain.IsAssignableTo(typeof(Input)) || found.Contains(plain))
                return;
            found.Add(plain);
            foreach (var member in Of(plain).Where(member => !IsLeftOut(member)))
                Add(member.PropertyType);
        }

        Add(type);
        return found;
    }

    /// <summary>Copies of a record, each with one member changed, however deep; with the member's path.</summary>
    public static IEnumerable<(string Path, bool Counts, object Changed)> Changes(object record)
    {
        foreach (var property in Of(record.GetType()))
        {
            foreach (var (path, counts, changed) in Variants(property.GetValue(record), property.PropertyType, IsNullable(property)))
                yield return ($"{property.Name}{path}", counts && !(IsLeftOut(property) && record is not ILabelled), With(record, property, changed));
        }
    }

    /// <summary>The record with three elements of each list that has more, however deep: the first two and the last.</summary>
    public static object Shortened(object record)
    {
        foreach (var property in Of(record.GetType()))
        {
            record = property.GetValue(record) switch
            {
                null or string or Input => record,
                IEnumerable list => With(record, property, ListOf(ElementOf(property.PropertyType)!, [.. Few([.. list.Cast<object>()]).Select(Element)])),
                var value when IsRecord(value.GetType()) => With(record, property, Shortened(value)),
                _ => record,
            };
        }

        return record;

        static object[] Few(object[] all) => all.Length > 3 ? [all[0], all[1], all[^1]] : all;
        static object Element(object value) => value is not Input && IsRecord(value.GetType()) ? Shortened(value) : value;
    }

    private static IEnumerable<(string Path, bool Counts, object? Changed)> Variants(object? value, Type type, bool isNullable)
    {
        if (value is null)
            return [(" = something", true, Make(Nullable.GetUnderlyingType(type) ?? type))];
        var changed = value switch
        {
            Input => [("", true, (object?)new FileRef("another"))],
            string text => [("", true, text + "x")],
            bool flag => [("", true, !flag)],
            int number => [("", true, number + 1)],
            long number => [("", true, number + 1)],
            ulong number => [("", true, number + 1)],
            double number => [("", true, number + 0.125)],
            Enum word => Enum.GetValues(word.GetType()).Cast<object>().Where(other => !other.Equals(word)).Select(other => ($" = {other}", true, (object?)other)),
            IEnumerable list => OfList([.. list.Cast<object>()], ElementOf(type) ?? throw new NotSupportedException($"{type}")),
            _ => Changes(value).Select(change => ($".{change.Path}", change.Counts, (object?)change.Changed)),
        };
        return isNullable ? changed.Append((" = null", true, null)) : changed;
    }

    private static IEnumerable<(string Path, bool Counts, object? Changed)> OfList(object[] list, Type element)
    {
        yield return (" with another", true, ListOf(element, [.. list, Make(element)]));
        if (list.Length == 0)
            yield break;
        yield return (" without the last", true, ListOf(element, list[..^1]));
        if (list.Length > 1)
            yield return (" the other way round", true, ListOf(element, [.. list.Reverse()]));
        foreach (var i in new[] { 0, list.Length - 1 }.Distinct())
        {
            foreach (var (path, counts, changed) in Variants(list[i], element, isNullable: false))
                yield return ($"[{i}]{path}", counts, ListOf(element, [.. list[..i], changed!, .. list[(i + 1)..]]));
        }
    }

    /// <summary>A value of a type: of a record, one that is as it is where nothing is said.</summary>
    public static object Make(Type type)
    {
        if (type == typeof(string))
            return "something";
        if (type == typeof(Input) || type == typeof(FileRef))
            return new FileRef("something");
        if (type == typeof(KeyValuePair<string, string>))
            return KeyValuePair.Create("some", "thing");
        if (ElementOf(type) is { } element)
            return ListOf(element, []);
        if (type.IsValueType)
            return Activator.CreateInstance(type)!;
        var constructor = type.GetConstructors().OrderByDescending(constructor => constructor.GetParameters().Length).First();
        return constructor.Invoke([.. constructor.GetParameters().Select(parameter => parameter.HasDefaultValue ? parameter.DefaultValue : Make(Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType))]);
    }

    private static Type? ElementOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    private static bool IsNullable(PropertyInfo property) => Nullability.Create(property).WriteState == NullabilityState.Nullable;

    private static object With(object record, PropertyInfo property, object? value)
    {
        var copy = record.GetType().GetMethod("<Clone>$")!.Invoke(record, null)!;
        property.SetValue(copy, value);
        return copy;
    }

    private static Array ListOf(Type element, object[] values)
    {
        var list = Array.CreateInstance(element, values.Length);
        for (var i = 0; i < values.Length; i++)
            list.SetValue(values[i], i);
        return list;
    }
}
