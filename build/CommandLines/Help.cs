using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Cake.Frosting;
using Slipway.Build.Context;

namespace Slipway.Build.CommandLines;

/// <summary>What <c>--help</c> and <c>--version</c> print.</summary>
internal static partial class Help
{
    private const int Indent = 14;

    /// <summary>What targets have for themselves: a line that begins with the target's name, and the lines behind it that are indented.</summary>
    private const string Own =
        """
        Sample, ./build.sh --target=Sample --prompt="beach, (day:1.2) <lora:sail_kun_v03:0.8>":
          --prompt=TEXT     (word:1.2), (word), [word], \(, BREAK, <lora:name:0.8>, <lora:name:0.8:0.6> (text encoders, UNet)
          --negative=TEXT   what is not to be seen
          --model=PATH      a safetensors file, or a folder in diffusers' layout; else the plan's base model
          --tokenizer=DIR   a folder with tokenizer/ and tokenizer_2/, where a single file has none beside it
          --lora=FILE:0.8   a LoRA at a strength, or at two: text encoders, UNet; may be given several times
          --sampler=NAME    Euler a, Euler, Euler Karras, DDIM, DPM++ 2M, DPM++ 2M Karras
          --steps=20  --guidance=5  --seed=1  --width=1024  --height=1024
          --count=4         pictures with seeds from --seed on
          --spacing=NAME    leading, trailing, linspace: other timesteps than the model's configuration says
          --decode-precision=bf16   the autoencoder decodes in half the memory, pixels are off by at most 6 of 255
          --out=x.png       with several pictures x_0001.png, x_0002.png, ...
          --x=AXIS --y=AXIS --pages=AXIS   a grid, each picture a job of its own: --x="strength=0.2-1.0 (+0.2)" --y=seed=1-4;
                            version, saved_step, saved_epoch, strength, prompt, replace, seed, sampler, steps, guidance;
                            --out may be a .jpg or .webp file then, and x_2.png, ... are its further pages
          --max-cells=400   a grid of more cells is refused

        Fetch, ./build.sh --target=Fetch --profile=sdxl: what the profile's `hub` names, into the hub's own cache
          (HF_HOME, else ~/.cache/huggingface); HF_TOKEN, HF_ENDPOINT and HF_HUB_OFFLINE count as for the hub's other tools
          --from=FOLDER     a folder with models, such as a web UI's: what is there under another name is found by its hash

        Merge, ./build.sh --target=Merge --lora=a:0.7 --lora=b.safetensors:0.3 --rank=16 --out=c.safetensors:
          --lora=FILE:0.7   a LoRA at a strength, several times; the result is the weighted sum of their changes
          --rank=N          the rank that the sum is brought to; without it, it is exact and ranks add up
          --model=PATH      merge them into this model instead, a file or a folder, and write one like it
          --base=MODEL      the model that a DoRA among them was trained on; it needs --rank then
        Extract, ./build.sh --target=Extract --base=MODEL --tuned=MODEL --rank=16 --out=x.safetensors:
          --base=MODEL --tuned=MODEL   two files or folders; the result is what the second has learned
          --rank=N          the rank of the result
        Resize, ./build.sh --target=Resize --lora=FILE --rank=8 --out=x.safetensors:
          --lora=FILE       what is brought to another rank;  --base=MODEL: the model that a DoRA was trained on
          --rank=N          that rank
          --dynamic=METHOD --dynamic-param=N   up to --rank, layer by layer: sv_ratio, sv_fro, sv_cumulative
        All three state the relative error of what they write:
          --conv-rank=N     another rank beside 3x3 convolutions; Extract leaves these out without it
          --clamp-quantile=0.99   cut outliers as sd-scripts does, at the cost of some per cent of error
          --save-precision=NAME   float, fp16, bf16; default: float, or as the file that is changed
          --out=PATH        what is written

        Init, ./build.sh --target=Init --out=FOLDER: a folder for your own mascot: plan, .gitignore, a place for the sprite
          --out=FOLDER      without it, the plan alone is written where you stand, and needs --name and --sprite
          --sprite=FILE     the mascot as a PNG with transparency; with --out it is copied into the folder
          --name=NAME       first part of the files' names; with --out, else the folder's name
          --trigger-word=WORD   what calls the mascot, else the name

        Import, ./build.sh --target=Import --from=preset.xmlora --version=mine:
          --from=FILE       a preset of the param GUI (.xmlora), kohya_ss (.json), LoRA_Easy_Training_Scripts or lora-scripts
                            (.toml), sd-scripts' config (.toml), or a script or text file with its arguments
          --dataset-config=FILE   sd-scripts' dataset configuration, where the other does not name it
          --out=PLAN        put the version into this plan, or into one --profile of it; without it, it is printed

        Export, ./build.sh --target=Export --version=v03 --out=FOLDER:
          --out=FOLDER      a folder that is not there yet
          writes img/{repeats}_{name}/ with captions, dataset.toml, config.toml, train.sh and notes.txt for sd-scripts

        Publish, ./build.sh --target=Publish --out=FOLDER: the LoRA that the report recommends, or --version=NAME, with preview,
          pictures, grid and a model card (README.md), as the Hugging Face Hub reads it
          --out=FOLDER      a folder that is not there yet

        Check, ./build.sh --target=Check: grids, pictures and measures against the accepted ones in `snapshots/`; exit code 3
          where they differ (then *.received.* and difference pictures lie beside), 1 where nothing is accepted
        Accept, ./build.sh --target=Accept: takes them over, and lists what it took
        Compare, ./build.sh --target=Compare --a=v02 --b=v03: two versions: settings, measures, pictures side by side
          --with=REVISION   instead: what a git revision has accepted against now; or a file with an evaluation
          --markdown, --json   only that on standard output
        Explain, ./build.sh --target=Explain --output=artifacts/lora/x.safetensors: what a file came from
          --output=FILE     a LoRA, picture or caption, here or from elsewhere, or the SHA-256 of one
          --diff=OTHER      in what its history differs from another file's
          --json            one document for machines instead of lines
        Reproduce, ./build.sh --target=Reproduce: trains again without the cache and compares the bytes
          --from=FILE       a LoRA from here or elsewhere: what its making had otherwise is listed, else it is made again
        Measure, ./build.sh --target=Measure --input=FOLDER:
          --input=PATH      a PNG, JPEG or WebP file, or a folder with such; prompts come from their infotext
          --json            one document for machines: all pictures together, and each

        Nightly, ./build.sh --target=Nightly --minutes=240 --notify=./tell.sh:
          --minutes=N       stops at the next checkpoint after so long; the next night goes on
          --notify=COMMAND  runs it at the end, with the exit code and the path of nightly.md behind it

        Pack, ./build.sh --target=Pack --out=FOLDER: a folder that runs without sources, where there is only the .NET runtime
          --out=FOLDER      a folder that is not there yet; copy it to a machine of the same system, and call its build.sh
        Test, ./build.sh --target=Test:
          --tier=quick      only what needs no training and no process; without it, all
        Bench, ./build.sh --target=Bench:
          --scenario=device      whether this machine's card (--device=cpu|cuda|cuda:N) computes as it must, in minutes; --json
          --scenario=full-size   SDXL at its real size with random weights, instead of the plan
          --scenario=host        what a training step of SDXL's depth costs apart from arithmetic
          --scenario=memory      what each way to need less memory takes off a training step of SDXL, estimated and measured;
                                 more than a tenth apart, and it fails;
                                 of one alone: --switch=fp8_base, AdamW8bit, "text encoders away", gradient_checkpointing
          --scenario=scale       what a run of 10,000 jobs costs the process that hands them to a cluster
          --scenario=torture     runs that are killed, files of the cache that are harmed, many runs at once
        Gc, ./build.sh --target=Gc:
          --gib=8           drops what older runs needed, until the cache has at most 8 GiB
          --days=30         drops what runs older than that needed, but for the last of each stage
          --preview         says what would go, and deletes nothing
        Status, ./build.sh --target=Status:
          --json            one document for machines instead of lines
        Graph, ./build.sh --target=Graph: the plan's work, a line a stage
          --format=mermaid  as a flow chart
        Job, ./build.sh --target=Job: does one job again or elsewhere
          --key=SHA256      one that has run here;  --from=FILE: from its JSON
          --shard=FILE      those whose keys stand in the file, a line each: what a cluster's node does
          --probe=FILE      no job: writes what this machine is, as far as keys hold it
        """;

    private static readonly HashSet<string> Stages = ["Backgrounds", "Composite", "Tag", "Train", "Evaluate", "Default"];

    /// <summary>The options of more than one target, and which these are; null: of none in particular.</summary>
    private static readonly (string Line, Func<string, bool>? IsOf)[] Shared =
    [
        ("--version=v03     only this LoRA version, given several times these; Train-v03 is the same as a target", target => Stages.Contains(target) || target is "Preflight" or "Reproduce" or "Export" or "Publish" or "Import"),
        ("--profile=NAME    another profile of the plan", ReadsPlan),
        ("--config=FILE     another plan than lora.pipeline.yaml here; its folder is the workspace", ReadsPlan),
        ("--device=cuda     another device than the plan's", target => ReadsPlan(target) && target is not ("Measure" or "Import" or "Job" or "Fetch")),
        ("--executor=slurm   a cluster's nodes do the work, as the plan's `slurm` says; or local", IsWork),
        ("--detach          Ctrl-C leaves a cluster's jobs in its queue; else it asks, and cancels them where nobody answers", IsWork),
        ("--jobs=N          at most N jobs side by side; without it, as many as memory and cores allow", IsWork),
        ("--locked          the lock file must say what the run gives; else it ends there, with exit code 3", target => IsWork(target) || target == "Fetch"),
        ("--exclusive, -e   the target without those that it depends on", Stages.Contains),
        ("--tree            which target depends on which", null),
        ("--dryrun          names of the targets that would be gone through; Status says what would run, and why", _ => true),
        ("--description     the targets and what they do", null),
        ("--verbosity=diagnostic   errors with their stack trace", _ => true),
    ];

    /// <summary>The targets with what they do, in the order of their names.</summary>
    public static IEnumerable<(string Name, string Description)> Tasks =>
        from type in typeof(Help).Assembly.GetExportedTypes()
        let name = type.GetCustomAttribute<TaskNameAttribute>()?.Name
        where name is not null
        orderby name
        select (name, type.GetCustomAttribute<TaskDescriptionAttribute>()?.Description ?? string.Empty);

    /// <summary>Slipway's version.</summary>
    public static string Version
    {
        get
        {
            var version = typeof(Help).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
            return $"Slipway {version?.Split('+')[0]}";
        }
    }

    /// <summary>Targets and options.</summary>
    public static string Text
    {
        get
        {
            var text = new StringBuilder(
                $"""
                {Version}: character LoRAs from a plan in one YAML file. Only what changed runs again.

                ./build.sh [--target=NAME] [--version=v03] [--profile=NAME] [--config=FILE] [--device=cpu|cuda]

                Targets; without one, Default. --target=NAME --help says what that one takes:

                """.ReplaceLineEndings("\n"));
            foreach (var (name, description) in Tasks)
                text.Append($"  {name.PadRight(Indent)}{description}\n");

            text.Append("\nOptions:\n  --help=noise_offset   what an option of the plan means; --help=evaluation: all options of a section\n");
            foreach (var (line, _) in Shared)
                text.Append($"  {line}\n");

            return text.Append(
                $"""

                {Own}

                Exit code 0: done; 1: the work failed; 2: the plan or an input is wrong; 3: a result differs from what was
                accepted, recorded or usual; 130: stopped by Ctrl-C.

                """.ReplaceLineEndings("\n")).ToString();
        }
    }

    /// <summary>What one target does, and the options that it takes.</summary>
    /// <param name="target">Its name in any case; <c>Train-v03</c> too.</param>
    public static string Of(string target)
    {
        var isVersion = target.StartsWith(VersionTargets.Prefix, StringComparison.OrdinalIgnoreCase);
        var (name, description) = isVersion
            ? (target, $"Makes the LoRA {target[VersionTargets.Prefix.Length..]}.")
            : Tasks.First(task => task.Name.Equals(target, StringComparison.OrdinalIgnoreCase));
        return string.Concat(OwnOf(name).Prepend($"{name}: {description}").Concat(SharedOf(isVersion ? "Train" : name, isVersion)).Select(line => line + "\n"));
    }

    private static IEnumerable<string> OwnOf(string target)
    {
        var isOwn = false;
        foreach (var line in Own.ReplaceLineEndings("\n").Split('\n'))
        {
            if (!line.StartsWith(' '))
                isOwn = Heading().Match(line) is { Success: true } heading ? heading.Groups["target"].Value == target : (line.StartsWith("All three ", StringComparison.Ordinal) && target is "Merge" or "Extract" or "Resize");
            if (isOwn && line.Length > 0)
                yield return line;
        }
    }

    // A version's target has its version.
    private static IEnumerable<string> SharedOf(string target, bool isVersion) =>
        Shared.Where(option => option.IsOf?.Invoke(target) == true && !(isVersion && option.Line.StartsWith("--version", StringComparison.Ordinal))).Select(option => $"  {option.Line}");

    private static bool IsWork(string target) => Stages.Contains(target) || target is "Check" or "Accept" or "Compare" or "Nightly" or "Reproduce" or "Export" or "Publish";

    private static bool ReadsPlan(string target) => target is not ("Models" or "Sprite" or "Test" or "Pack" or "Init" or "Merge" or "Extract" or "Resize");

    [GeneratedRegex(@"^(?<target>[A-Z]\w+), \./build\.sh", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex Heading();
}
