using System.Globalization;
using Slipway.Engine.Options;

namespace Slipway.Pipeline.Commands.Sampling;

/// <summary>Reads values of the command line, and collects what is wrong with them.</summary>
/// <param name="values">All values given for a name; the last counts.</param>
internal sealed class OptionReader(Func<string, IReadOnlyList<string>> values)
{
    private readonly List<string> _problems = [];

    public void Problem(string text) => _problems.Add(text);

    /// <exception cref="ArgumentException">There are problems.</exception>
    public void ThrowIfAny()
    {
        if (_problems.Count > 0)
            throw new ArgumentException(string.Join(' ', _problems));
    }

    /// <summary>Null where it is not given; given as nothing it is a problem.</summary>
    public string? Text(string name)
    {
        if (values(name) is not [.., var text])
            return null;
        if (text.Length > 0)
            return text;
        Problem($"--{name} is empty; expected --{name}=value.");
        return null;
    }

    public long Whole(string name, long otherwise, long least, long most)
    {
        if (Text(name) is not { } text)
            return otherwise;
        if (IsOne(text, out var value))
            return value;
        Problem(string.Create(CultureInfo.InvariantCulture, $"--{name} is '{text}'; expected a whole number from {least} to {most}{DecimalComma.Advice(text, pointed => IsOne(pointed, out _))}."));
        return otherwise;

        bool IsOne(string written, out long number) => long.TryParse(written, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number) && number >= least && number <= most;
    }

    public double Number(string name, double otherwise, double least, double most)
    {
        if (Text(name) is not { } text)
            return otherwise;
        if (IsOne(text, out var value))
            return value;
        Problem(string.Create(CultureInfo.InvariantCulture, $"--{name} is '{text}'; expected a number from {least} to {most}{DecimalComma.Advice(text, pointed => IsOne(pointed, out _))}."));
        return otherwise;

        bool IsOne(string written, out double number) => double.TryParse(written, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && number >= least && number <= most;
    }

    /// <summary>Pixels; null where it is not given.</summary>
    public int? Side(string name, int most) => Whole(name, 0, 1, most) is > 0 and var side ? (int)side : null;

    /// <summary>The known name, whatever the case; null where it is not given.</summary>
    public string? OneOf(string name, IReadOnlyList<string> known)
    {
        if (Text(name) is not { } text)
            return null;
        if (known.FirstOrDefault(word => word.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } found)
            return found;
        Problem($"--{name} is '{text}'; {NearestName.Hint(text, known)}");
        return null;
    }
}
