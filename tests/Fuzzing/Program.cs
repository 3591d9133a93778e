using SharpFuzz;
using Slipway.Fuzzing.Formats;

// fuzz.sh starts it under AFL++; with files it reads them as AFL++'s inputs are read: `Slipway.Fuzzing png FILE…`.
var format = AllFormats.Of(args.FirstOrDefault() ?? "");
if (args.Length > 1)
{
    foreach (var file in args.Skip(1))
        format.Try(File.ReadAllBytes(file));
    return;
}

Fuzzer.Run(input =>
{
    using var bytes = new MemoryStream();
    input.CopyTo(bytes);
    format.Try(bytes.ToArray());
});
