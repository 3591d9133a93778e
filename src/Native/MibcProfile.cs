using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Slipway.Native;

/// <summary>
/// Tells crossgen2 which methods it has to compile beside those that it finds by itself: code of generic types that is only called through an interface or a
/// base class. Format: mibc, as dotnet-pgo writes it; an assembly of which no code ever runs. Its method <c>AssemblyDictionary</c> has the names of some
/// assemblies and the token of another method, and that one has the tokens of the methods that are made of those assemblies.
/// The build runs this (build/Build.csproj).
/// </summary>
public sealed class MibcProfile : IDisposable
{
    private readonly Dictionary<string, string> _paths;
    private readonly Dictionary<string, ModuleDefinition> _read = new(StringComparer.Ordinal);
    private readonly ModuleDefinition _profile = ModuleDefinition.CreateModule("startup", ModuleKind.Dll);
    private readonly SortedDictionary<string, List<MethodReference>> _groups = new(StringComparer.Ordinal);

    /// <param name="assemblies">Full paths of the assemblies that the methods may be made of.</param>
    public MibcProfile(IEnumerable<string> assemblies)
    {
        ArgumentNullException.ThrowIfNull(assemblies);
        _paths = assemblies.DistinctBy(Path.GetFileNameWithoutExtension, StringComparer.Ordinal).ToDictionary(path => Path.GetFileNameWithoutExtension(path), StringComparer.Ordinal);
    }

    /// <summary>Writes the profile of a list. What the list has and the assemblies have not is left out: it costs time at a start, and no more.</summary>
    /// <param name="list">Path of the list: see <see cref="InstantiationList"/>.</param>
    /// <param name="target">Path of the profile.</param>
    /// <param name="assemblies">Full paths of the assemblies.</param>
    /// <exception cref="FormatException">It is no such list.</exception>
    public static void Write(string list, string target, string[] assemblies)
    {
        using var profile = new MibcProfile(assemblies);
        foreach (var line in File.ReadLines(list))
            profile.Add(line);
        WholeFile.Write(target, profile.Written());
    }

    /// <summary>Adds the methods of a line.</summary>
    /// <returns>What of it is nothing in the assemblies.</returns>
    /// <exception cref="FormatException">It is no line of a list.</exception>
    public IReadOnlyList<string> Add(string line)
    {
        var (name, methods) = InstantiationList.Read(line);
        if (TypeOf(name) is not { } type)
            return [line];
        var definition = DefinitionOf(name)!;
        return [.. methods.Where(method => !Add(name, type, definition, method.Name, method.Arguments)).Select(method => $"{line.Split(' ')[0]} {method.Name}")];
    }

    /// <summary>The profile: the same bytes each time.</summary>
    public byte[] Written()
    {
        var holder = _profile.GetType("<Module>");
        var dictionary = NewMethod(holder, "AssemblyDictionary");
        foreach (var (assemblies, methods) in _groups)
        {
            var group = NewMethod(holder, $"Group{holder.Methods.Count}");
            foreach (var method in methods)
                Add(group, OpCodes.Ldtoken, method);
            group.Body.GetILProcessor().Emit(OpCodes.Ret);
            dictionary.Body.GetILProcessor().Emit(OpCodes.Ldstr, assemblies);
            Add(dictionary, OpCodes.Ldtoken, group);
        }

        dictionary.Body.GetILProcessor().Emit(OpCodes.Ret);
        using var stream = new MemoryStream();
        _profile.Write(stream, new WriterParameters { DeterministicMvid = true, Timestamp = 0 });
        return stream.ToArray();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _profile.Dispose();
        foreach (var module in _read.Values)
            module.Dispose();
    }

    private bool Add(InstanceName owner, TypeReference type, TypeDefinition definition, string name, IReadOnlyList<InstanceName> arguments)
    {
        var types = arguments.Select(TypeOf).ToList();
        var found = types.Contains(null) ? [] : definition.Methods.Where(method => method.Name == name && method.HasBody && method.GenericParameters.Count == arguments.Count).ToList();
        var assemblies = string.Join(';', owner.Assemblies().Concat(arguments.SelectMany(argument => argument.Assemblies())).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        if (found.Count > 0 && !_groups.ContainsKey(assemblies))
            _groups.Add(assemblies, []);
        foreach (var method in found)
            _groups[assemblies].Add(Instance(method, type, types!));
        return found.Count > 0;
    }

    private MethodReference Instance(MethodDefinition method, TypeReference type, List<TypeReference> arguments)
    {
        var open = _profile.ImportReference(method);
        var reference = new MethodReference(open.Name, open.ReturnType, type) { HasThis = open.HasThis, ExplicitThis = open.ExplicitThis, CallingConvention = open.CallingConvention };
        foreach (var parameter in open.GenericParameters)
            reference.GenericParameters.Add(new GenericParameter(parameter.Name, reference));
        foreach (var parameter in open.Parameters)
            reference.Parameters.Add(new ParameterDefinition(parameter.ParameterType));
        if (arguments.Count == 0)
            return reference;
        var instance = new GenericInstanceMethod(reference);
        arguments.ForEach(instance.GenericArguments.Add);
        return instance;
    }

    private TypeReference? TypeOf(InstanceName name)
    {
        var arguments = name.Arguments.Select(TypeOf).ToList();
        if (DefinitionOf(name) is not { } definition || definition.GenericParameters.Count != arguments.Count || arguments.Contains(null))
            return null;
        var type = _profile.ImportReference(definition);
        if (arguments.Count > 0)
        {
            var instance = new GenericInstanceType(type);
            arguments.ForEach(argument => instance.GenericArguments.Add(argument!));
            type = instance;
        }

        for (var rank = 0; rank < name.Ranks; rank++)
            type = new ArrayType(type);
        return type;
    }

    private TypeDefinition? DefinitionOf(InstanceName name)
    {
        if (!_paths.TryGetValue(name.Assembly, out var path))
            return null;
        if (!_read.TryGetValue(name.Assembly, out var module))
            _read.Add(name.Assembly, module = ModuleDefinition.ReadModule(path));
        return module.GetType(name.Type);
    }

    private MethodDefinition NewMethod(TypeDefinition holder, string name)
    {
        var method = new MethodDefinition(name, MethodAttributes.Public | MethodAttributes.Static, _profile.TypeSystem.Void);
        holder.Methods.Add(method);
        return method;
    }

    private static void Add(MethodDefinition method, OpCode code, MethodReference operand)
    {
        var body = method.Body.GetILProcessor();
        body.Emit(code, operand);
        body.Emit(OpCodes.Pop);
    }
}
