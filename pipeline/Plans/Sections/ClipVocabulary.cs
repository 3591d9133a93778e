namespace Slipway.Pipeline.Plans.Sections;

/// <summary>
/// The vocabulary of SDXL's two tokenizers, one and the same, which a checkpoint in a single file does not hold: 1.5 MiB. Where a plan names no other and none lies beside the
/// checkpoint, it is taken from the hub, as if the plan had an entry for it.
/// </summary>
internal static class ClipVocabulary
{
    /// <summary>The folder that both tokenizers are read from.</summary>
    public const string Folder = "tokenizer";

    /// <summary>Its files. Revision and hashes as public code that checks SDXL's tokenizers has them: of revision 4621… vocab.json e089…, merges.txt 9fd6….</summary>
    public static IReadOnlyList<HubPlan> Files { get; } =
    [
        Entry("vocab.json", 1_059_962, "e089ad92ba36837a0d31433e555c8f45fe601ab5c221d4f607ded32d9f7a4349"),
        Entry("merges.txt", 524_619, "9fd691f7c8039210e0fced15865466c65820d09b63988b0174bfe25de299051a"),
    ];

    private static HubPlan Entry(string file, long size, string hash) => new()
    {
        Name = $"{Folder}/{file}",
        Repository = "stabilityai/stable-diffusion-xl-base-1.0",
        Revision = "462165984030d82259a11f4367a4eed129e94a7b",
        File = $"{Folder}/{file}",
        Size = size,
        Sha256 = hash,
    };
}
