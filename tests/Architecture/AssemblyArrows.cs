using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Slipway.Architecture.Tests;

/// <summary>
/// Which type uses which, read from a compiled assembly: base types, signatures, attributes and all that the bodies of methods
/// name. Constants are not seen, since the compiler puts their values in their place.
/// </summary>
internal sealed class AssemblyArrows : IDisposable
{
    private readonly PEReader _file;
    private readonly MetadataReader _metadata;
    private readonly HashSet<Arrow> _arrows = [];
    private (string Namespace, string Name) _from;

    private AssemblyArrows(string path)
    {
        _file = new PEReader(File.OpenRead(path));
        _metadata = _file.GetMetadataReader();
    }

    /// <summary>All arrows of an assembly to types of ours, its own included.</summary>
    public static IReadOnlyCollection<Arrow> Read(string path)
    {
        using var assembly = new AssemblyArrows(path);
        foreach (var handle in assembly._metadata.TypeDefinitions)
            assembly.AddType(handle);
        assembly._arrows.RemoveWhere(arrow => arrow.From == arrow.To || !IsOurs(arrow.From.Namespace) || !IsOurs(arrow.To.Namespace));
        return assembly._arrows;
    }

    /// <summary>Names of the assemblies that an assembly refers to.</summary>
    public static IReadOnlyList<string> References(string path)
    {
        using var assembly = new AssemblyArrows(path);
        return [.. assembly._metadata.AssemblyReferences.Select(handle => assembly._metadata.GetString(assembly._metadata.GetAssemblyReference(handle).Name))];
    }

    public void Dispose() => _file.Dispose();

    private static bool IsOurs(string name) => name.StartsWith("Slipway", StringComparison.Ordinal);

    private void AddType(TypeDefinitionHandle handle)
    {
        _from = Name(handle);
        var type = _metadata.GetTypeDefinition(handle);
        Add(type.BaseType);
        foreach (var implemented in type.GetInterfaceImplementations())
            Add(_metadata.GetInterfaceImplementation(implemented).Interface);
        AddAttributes(type.GetCustomAttributes());
        AddConstraints(type.GetGenericParameters());
        foreach (var field in type.GetFields().Select(_metadata.GetFieldDefinition))
        {
            AddField(field.Signature);
            AddAttributes(field.GetCustomAttributes());
        }
        foreach (var property in type.GetProperties().Select(_metadata.GetPropertyDefinition))
            AddAttributes(property.GetCustomAttributes());
        foreach (var method in type.GetMethods().Select(_metadata.GetMethodDefinition))
            AddMethod(method);
    }

    private void AddMethod(MethodDefinition method)
    {
        AddMethod(method.Signature);
        AddAttributes(method.GetCustomAttributes());
        AddConstraints(method.GetGenericParameters());
        if (method.RelativeVirtualAddress == 0)
            return;
        var body = _file.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
            Decode(_metadata.GetStandaloneSignature(body.LocalSignature).Signature, (decoder, blob) => decoder.DecodeLocalSignature(ref blob));
        foreach (var region in body.ExceptionRegions.Where(region => !region.CatchType.IsNil))
            Add(region.CatchType);
        foreach (var token in IntermediateLanguage.Tokens(body.GetILReader()))
            Add(MetadataTokens.EntityHandle(token));
    }

    private void AddAttributes(CustomAttributeHandleCollection attributes)
    {
        foreach (var attribute in attributes)
            Add(_metadata.GetCustomAttribute(attribute).Constructor);
    }

    private void AddConstraints(GenericParameterHandleCollection parameters)
    {
        foreach (var constraint in parameters.SelectMany(parameter => _metadata.GetGenericParameter(parameter).GetConstraints()))
            Add(_metadata.GetGenericParameterConstraint(constraint).Type);
    }

    private void Add(EntityHandle handle)
    {
        if (handle.IsNil)
            return;
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                _arrows.Add(new Arrow(_from, Name((TypeDefinitionHandle)handle)));
                break;
            case HandleKind.TypeReference:
                _arrows.Add(new Arrow(_from, Name((TypeReferenceHandle)handle)));
                break;
            case HandleKind.TypeSpecification:
                Decode(_metadata.GetTypeSpecification((TypeSpecificationHandle)handle).Signature, (decoder, blob) => decoder.DecodeType(ref blob));
                break;
            case HandleKind.MethodDefinition:
                Add(_metadata.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.FieldDefinition:
                Add(_metadata.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.MemberReference:
                var member = _metadata.GetMemberReference((MemberReferenceHandle)handle);
                Add(member.Parent);
                if (member.GetKind() == MemberReferenceKind.Field)
                    AddField(member.Signature);
                else
                    AddMethod(member.Signature);
                break;
            case HandleKind.MethodSpecification:
                var method = _metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                Add(method.Method);
                Decode(method.Signature, (decoder, blob) => decoder.DecodeMethodSpecificationSignature(ref blob));
                break;
            default:
                break;
        }
    }

    private void AddField(BlobHandle signature) => Decode(signature, (decoder, blob) => decoder.DecodeFieldSignature(ref blob));

    private void AddMethod(BlobHandle signature) => Decode(signature, (decoder, blob) => decoder.DecodeMethodSignature(ref blob));

    private void Decode(BlobHandle signature, Action<SignatureDecoder<int, object?>, BlobReader> decode) =>
        decode(new SignatureDecoder<int, object?>(new Signatures(this), _metadata, null), _metadata.GetBlobReader(signature));

    private (string Namespace, string Name) Name(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        return type.GetDeclaringType() is { IsNil: false } outer ? Name(outer) : (_metadata.GetString(type.Namespace), _metadata.GetString(type.Name));
    }

    private (string Namespace, string Name) Name(TypeReferenceHandle handle)
    {
        var type = _metadata.GetTypeReference(handle);
        return type.ResolutionScope is { Kind: HandleKind.TypeReference } outer
            ? Name((TypeReferenceHandle)outer)
            : (_metadata.GetString(type.Namespace), _metadata.GetString(type.Name));
    }

    /// <summary>Notes the types that a signature names; what it makes of them is of no interest.</summary>
    private sealed class Signatures(AssemblyArrows arrows) : ISignatureTypeProvider<int, object?>
    {
        public int GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => Note(handle);

        public int GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => Note(handle);

        public int GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) => Note(handle);

        public int GetModifiedType(int modifier, int unmodifiedType, bool isRequired) => 0;

        public int GetArrayType(int elementType, ArrayShape shape) => 0;

        public int GetByReferenceType(int elementType) => 0;

        public int GetFunctionPointerType(MethodSignature<int> signature) => 0;

        public int GetGenericInstantiation(int genericType, ImmutableArray<int> typeArguments) => 0;

        public int GetGenericMethodParameter(object? genericContext, int index) => 0;

        public int GetGenericTypeParameter(object? genericContext, int index) => 0;

        public int GetPinnedType(int elementType) => 0;

        public int GetPointerType(int elementType) => 0;

        public int GetPrimitiveType(PrimitiveTypeCode typeCode) => 0;

        public int GetSZArrayType(int elementType) => 0;

        private int Note(EntityHandle handle)
        {
            arrows.Add(handle);
            return 0;
        }
    }
}
