namespace Slipway.Pipeline.Plans.Sections;

/// <summary>
/// The models that a starter plan names. Revisions, sizes and hashes are those that several public projects pin and check (of each file the same in all that were read); whoever
/// fetches a file checks it against them.
/// </summary>
internal static class PublicModels
{
    private const string Tagger = "SmilingWolf/wd-swinv2-tagger-v3";
    private const string TaggerRevision = "627aef95638667ddcaa3ac8ae625e88ea5b02f51";

    /// <summary>SDXL's base model as one file, and a tagger with its list of tags.</summary>
    public static IReadOnlyList<HubPlan> All { get; } =
    [
        new()
        {
            Name = "sdxl",
            Repository = "stabilityai/stable-diffusion-xl-base-1.0",
            Revision = "462165984030d82259a11f4367a4eed129e94a7b",
            File = "sd_xl_base_1.0.safetensors",
            Size = 6_938_078_334,
            Sha256 = "31e35c80fc4829d14f90153f4c74cd59c90b779f6afe05a74cd6120b893f7e5b",
        },
        new() { Name = "tagger", Repository = Tagger, Revision = TaggerRevision, File = "model.onnx", Size = 467_460_978, Sha256 = "e6774bff34d43bd49f75a47db4ef217dce701c9847b546523eb85ff6dbba1db1" },
        new() { Name = "tags", Repository = Tagger, Revision = TaggerRevision, File = "selected_tags.csv", Size = 308_468, Sha256 = "298633d94d0031d2081c0893f29c82eab7f0df00b08483ba8f29d1e979441217" },
    ];
}
