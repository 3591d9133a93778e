using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Slipway.Native;

/// <summary>
/// Keeps TorchSharp 0.107.0 from freeing numbers that a native call is about to read. An operator such as <c>tensor + 1</c> wraps its number into a
/// <c>Scalar</c>, hands its pointer over, and refers to it no more: where another thread's garbage collection comes in between, the finalizer frees it. Then
/// libtorch reads what lies there by now: mostly no number at all ("Expected false to be true"), and at times another number, which nobody notices. In a copy
/// of the assembly each thread refers to the last <see cref="Kept"/> of its scalars, which is more than any call takes.
/// The build runs this (Directory.Build.targets). Delete it, and its target, when a TorchSharp release keeps its arguments alive.
/// </summary>
public static class ScalarMend
{
    /// <summary>How many scalars a thread refers to; a power of two.</summary>
    public const int Kept = 64;

    private const string TypeName = "TorchSharp.Scalar";
    private const string FieldName = "recent";
    private const string Advice = "Delete the mend if this TorchSharp keeps its arguments alive, or extend it (src/Native/ScalarMend.cs).";

    /// <summary>
    /// Writes the mended assembly. <paramref name="shipped"/> is only read; the target is replaced as a whole (new file, then rename), so that a hard link to it
    /// elsewhere keeps its bytes.
    /// </summary>
    /// <exception cref="InvalidDataException">The assembly is not the one that the mend was made for.</exception>
    public static void Write(string shipped, string target) => WholeFile.Write(target, Mended(File.ReadAllBytes(shipped), shipped));

    /// <summary>The mended assembly: the same bytes each time.</summary>
    /// <param name="assembly">Bytes of the assembly as shipped.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidDataException">The assembly is not the one that the mend was made for.</exception>
    public static byte[] Mended(byte[] assembly, string name)
    {
        using var module = ModuleDefinition.ReadModule(new MemoryStream(assembly));
        var scalar = module.GetType(TypeName) ?? throw Unexpected(name, $"it has no type {TypeName}");
        if (scalar.Fields.Any(field => field.Name == FieldName))
            throw Unexpected(name, $"{TypeName} has a field {FieldName} already");
        var constructors = scalar.Methods.Where(method => method is { IsConstructor: true, IsStatic: false }).ToList();
        if (constructors.Count != 1 || !scalar.Methods.Any(method => method.Name == "Finalize"))
            throw Unexpected(name, $"{TypeName} has {constructors.Count} constructors, and expected are one and a finalizer");

        var keep = AddKeep(module, scalar);
        var body = constructors[0].Body;
        var il = body.GetILProcessor();
        var end = body.Instructions[^1];
        il.InsertBefore(end, il.Create(OpCodes.Ldarg_0));
        il.InsertBefore(end, il.Create(OpCodes.Call, keep));

        using var mended = new MemoryStream();
        module.Write(mended, new WriterParameters { DeterministicMvid = true, Timestamp = 0 });
        return mended.ToArray();
    }

    // static void KeepRecent(Scalar made) { recent ??= new Scalar[Kept]; recent[next & (Kept - 1)] = made; next++; }
    private static MethodDefinition AddKeep(ModuleDefinition module, TypeDefinition scalar)
    {
        var recent = AddThreadStatic(module, scalar, FieldName, new ArrayType(scalar));
        var next = AddThreadStatic(module, scalar, "next", module.TypeSystem.Int32);
        var keep = new MethodDefinition("KeepRecent", MethodAttributes.Private | MethodAttributes.Static | MethodAttributes.HideBySig, module.TypeSystem.Void);
        keep.Parameters.Add(new ParameterDefinition("made", ParameterAttributes.None, scalar));
        scalar.Methods.Add(keep);

        var il = keep.Body.GetILProcessor();
        var store = il.Create(OpCodes.Ldsfld, recent);
        il.Emit(OpCodes.Ldsfld, recent);
        il.Emit(OpCodes.Brtrue_S, store);
        il.Emit(OpCodes.Ldc_I4, Kept);
        il.Emit(OpCodes.Newarr, scalar);
        il.Emit(OpCodes.Stsfld, recent);
        il.Append(store);
        il.Emit(OpCodes.Ldsfld, next);
        il.Emit(OpCodes.Ldc_I4, Kept - 1);
        il.Emit(OpCodes.And);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Stelem_Ref);
        il.Emit(OpCodes.Ldsfld, next);
        il.Emit(OpCodes.Ldc_I4_1);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stsfld, next);
        il.Emit(OpCodes.Ret);
        return keep;
    }

    private static FieldDefinition AddThreadStatic(ModuleDefinition module, TypeDefinition owner, string name, TypeReference type)
    {
        var attribute = new TypeReference("System", nameof(ThreadStaticAttribute), module, module.TypeSystem.CoreLibrary);
        var field = new FieldDefinition(name, FieldAttributes.Private | FieldAttributes.Static, type);
        field.CustomAttributes.Add(new CustomAttribute(new MethodReference(".ctor", module.TypeSystem.Void, attribute) { HasThis = true }));
        owner.Fields.Add(field);
        return field;
    }

    private static InvalidDataException Unexpected(string name, string found) => new($"{name} is not the TorchSharp that is mended here: {found}. {Advice}");
}
