using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Slipway.Architecture.Tests;

/// <summary>Where an assembly reads numbers out of tensors, or brings tensors to the host: calls for which a card's host waits.</summary>
internal sealed class TensorReads : IDisposable
{
    // Of TorchSharp's Tensor and of its extensions.
    private static readonly HashSet<string> Reading = new(
        "item data cpu ToScalar get_bytes tobytes WriteBytesToStream Save nonzero argwhere masked_select unique equal allclose array_equal ToBoolean ToByte ToSByte ToInt16 ToInt32 ToInt64 ToHalf ToSingle ToDouble ReadCpuSingle ReadCpuDouble ReadCpuInt64 ReadCpuInt32 ReadCpuValue str print"
            .Split(' '),
        StringComparer.Ordinal);

    private readonly PEReader _file;
    private readonly MetadataReader _metadata;

    private TensorReads(string path)
    {
        _file = new PEReader(File.OpenRead(path));
        _metadata = _file.GetMetadataReader();
    }

    /// <summary>The calls of each type with its nested ones, by namespace and name, such as <c>cpu 1, data 1</c>.</summary>
    public static IReadOnlyDictionary<string, string> Of(string path)
    {
        using var assembly = new TensorReads(path);
        return assembly._metadata.TypeDefinitions.SelectMany(handle => assembly.Calls(handle).Select(call => (Type: assembly.Outermost(handle), Call: call)))
            .GroupBy(found => found.Type, StringComparer.Ordinal)
            .ToDictionary(
                found => found.Key,
                found => string.Join(", ", found.GroupBy(call => call.Call, StringComparer.Ordinal).OrderBy(calls => calls.Key, StringComparer.Ordinal).Select(calls => $"{calls.Key} {calls.Count()}")),
                StringComparer.Ordinal);
    }

    public void Dispose() => _file.Dispose();

    private IEnumerable<string> Calls(TypeDefinitionHandle handle) =>
        from method in _metadata.GetTypeDefinition(handle).GetMethods().Select(_metadata.GetMethodDefinition)
        where method.RelativeVirtualAddress != 0
        from token in IntermediateLanguage.Tokens(_file.GetMethodBody(method.RelativeVirtualAddress).GetILReader())
        let name = Called(MetadataTokens.EntityHandle(token))
        where name is not null && Reading.Contains(name)
        select name;

    // A method of TorchSharp's, in whatever type it is.
    private string? Called(EntityHandle handle) => handle.Kind switch
    {
        HandleKind.MethodSpecification => Called(_metadata.GetMethodSpecification((MethodSpecificationHandle)handle).Method),
        HandleKind.MemberReference when _metadata.GetMemberReference((MemberReferenceHandle)handle) is { Parent.Kind: HandleKind.TypeReference } member && IsOfTorch((TypeReferenceHandle)member.Parent) =>
            _metadata.GetString(member.Name),
        _ => null,
    };

    private bool IsOfTorch(TypeReferenceHandle handle)
    {
        var scope = _metadata.GetTypeReference(handle).ResolutionScope;
        return scope.Kind == HandleKind.TypeReference
            ? IsOfTorch((TypeReferenceHandle)scope)
            : scope.Kind == HandleKind.AssemblyReference && _metadata.GetString(_metadata.GetAssemblyReference((AssemblyReferenceHandle)scope).Name) == "TorchSharp";
    }

    private string Outermost(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        return type.GetDeclaringType() is { IsNil: false } outer ? Outermost(outer) : $"{_metadata.GetString(type.Namespace)}.{_metadata.GetString(type.Name)}";
    }
}
