using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Parsers.Clr;
using Mono.Cecil;

namespace Slipway.Benchmarks.Startup;

/// <summary>
/// What a process compiled while it ran, out of its trace (<c>nettrace</c>, of the runtime's provider): methods with their type arguments, as
/// <c>src/Startup/instantiations.txt</c> writes them.
/// </summary>
internal sealed class CompiledMethods : IDisposable
{
    /// <summary>What has to be traced: methods that are compiled, of what they are made, and modules.</summary>
    public const string Providers = "Microsoft-Windows-DotNETRuntime:0x4000080018:5";

    private const string Shared = "System.__Canon";
    private const string AnyClass = "System.Object";
    private const string CoreLibrary = "System.Private.CoreLib";
    private const int SingleArray = 0x1d;
    private const int TypeTable = 0x02000000;
    private readonly Dictionary<ulong, string> _paths = [];
    private readonly Dictionary<string, ModuleDefinition> _modules = new(StringComparer.Ordinal);
    private readonly Dictionary<ulong, (ulong Module, int Token, int Kind, ulong[] Arguments)> _types = [];
    private readonly Dictionary<ulong, (ulong Type, ulong[] Arguments)> _details = [];
    private readonly List<(ulong Id, ulong Module, int Token)> _compiled = [];

    private CompiledMethods(string trace)
    {
        using var source = new EventPipeEventSource(trace);
        source.Clr.LoaderModuleLoad += module => _paths[(ulong)module.ModuleID] = module.ModuleILPath;
        source.Clr.MethodLoadVerbose += method =>
        {
            if (method.IsJitted)
                _compiled.Add(((ulong)method.MethodID, (ulong)method.ModuleID, method.MethodToken));
        };
        source.Clr.MethodMethodDetails += method =>
            _details[(ulong)method.MethodID] = ((ulong)method.TypeID, [.. Enumerable.Range(0, method.TypeParameterCount).Select(i => (ulong)method.TypeParameters(i))]);
        source.Clr.TypeBulkType += types =>
        {
            for (var i = 0; i < types.Count; i++)
            {
                var type = types.Values(i);
                _types[type.TypeID] = (type.ModuleID, type.TypeNameID | TypeTable, (int)type.CorElementType, [.. Enumerable.Range(0, type.TypeParameterCount).Select(type.TypeParameterID)]);
            }
        };
        new ClrRundownTraceEventParser(source).LoaderModuleDCStop += module => _paths[(ulong)module.ModuleID] = module.ModuleILPath;
        source.Process();
    }

    /// <summary>Reads a trace.</summary>
    /// <param name="trace">Its path.</param>
    /// <returns>Of each compiled method its type and its name, generic ones with their arguments behind <c>::</c>.</returns>
    public static IReadOnlyList<(string Type, string Method, bool IsGeneric)> Read(string trace)
    {
        using var methods = new CompiledMethods(trace);
        return [.. methods._compiled.Select(methods.Name).OfType<(string, string, bool)>()];
    }

    public void Dispose()
    {
        foreach (var module in _modules.Values)
            module.Dispose();
    }

    private (string Type, string Method, bool IsGeneric)? Name((ulong Id, ulong Module, int Token) compiled)
    {
        if (Module(compiled.Module)?.LookupToken(compiled.Token) is not MethodDefinition method)
            return null;
        var (type, arguments) = _details.GetValueOrDefault(compiled.Id, (0, []));
        var owner = method.DeclaringType.HasGenericParameters ? Name(type) : Name(method.DeclaringType);
        var names = arguments.Select(Name).ToList();
        return owner is null || names.Contains(null) ? null
            : (owner, names.Count == 0 ? method.Name : $"{method.Name}::<{string.Join(',', names)}>", method.DeclaringType.HasGenericParameters || names.Count > 0);
    }

    private string? Name(ulong id)
    {
        if (!_types.TryGetValue(id, out var type))
            return null;
        var arguments = type.Arguments.Select(Name).ToList();
        if (arguments.Contains(null))
            return null;
        if (type.Kind == SingleArray)
            return $"{arguments[0]}[]";
        if (Module(type.Module)?.LookupToken(type.Token) is not TypeDefinition definition || definition.GenericParameters.Count != arguments.Count)
            return null;
        return arguments.Count == 0 ? Name(definition) : $"{Name(definition)}<{string.Join(',', arguments)}>";
    }

    private static string Name(TypeDefinition type)
    {
        var assembly = type.Module.Assembly.Name.Name;
        return type.FullName == Shared ? AnyClass : assembly == CoreLibrary ? type.FullName : $"[{assembly}]{type.FullName}";
    }

    private ModuleDefinition? Module(ulong id)
    {
        if (!_paths.TryGetValue(id, out var path) || !File.Exists(path))
            return null;
        if (!_modules.TryGetValue(path, out var module))
            _modules.Add(path, module = ModuleDefinition.ReadModule(path));
        return module;
    }
}
