using System.Globalization;
using System.Text;

namespace Slipway.Build.Tests.Display;

/// <summary>A terminal: takes text with control sequences and holds what somebody would see, all that has scrolled up included.</summary>
internal sealed class Screen(int width) : StringWriter(CultureInfo.InvariantCulture)
{
    private readonly List<char[]> _lines = [Blank(width)];
    private readonly StringBuilder _sequence = new();
    private int _row;
    private int _column;

    public override Encoding Encoding => Encoding.UTF8;

    public bool CursorIsVisible { get; private set; } = true;

    /// <summary>The lines without blanks at their ends, up to the last that has something.</summary>
    public string[] Lines
    {
        get
        {
            var lines = _lines.Select(line => new string(line).TrimEnd()).ToList();
            while (lines.Count > 0 && lines[^1].Length == 0)
                lines.RemoveAt(lines.Count - 1);
            return [.. lines];
        }
    }

    public override void Write(char value)
    {
        if (_sequence.Length > 0)
            Continue(value);
        else if (value == '\e')
            _sequence.Append(value);
        else if (value == '\r')
            _column = 0;
        else if (value == '\n')
            (_row, _column) = (_row + 1, 0);
        else
            Put(value);
        while (_lines.Count <= _row)
            _lines.Add(Blank(width));
    }

    public override void Write(char[] buffer, int index, int count)
    {
        foreach (var value in buffer.AsSpan(index, count))
            Write(value);
    }

    public override void Write(string? value)
    {
        foreach (var one in value ?? "")
            Write(one);
    }

    private static char[] Blank(int width) => [.. Enumerable.Repeat(' ', width)];

    private void Put(char value)
    {
        if (_column == width)
        {
            (_row, _column) = (_row + 1, 0);
            if (_lines.Count <= _row)
                _lines.Add(Blank(width));
        }

        _lines[_row][_column++] = value;
    }

    private void Continue(char value)
    {
        _sequence.Append(value);
        if (_sequence.Length == 2 && value is '=' or '>')
            _sequence.Clear(); // modes of the keypad
        if (value is '[' || !char.IsAsciiLetter(value))
            return;
        var parameter = _sequence.ToString(2, _sequence.Length - 3);
        _sequence.Clear();
        var number = int.TryParse(parameter, NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 1;
        switch (value)
        {
            case 'A':
                _row = Math.Max(0, _row - number);
                break;
            case 'B':
                _row += number;
                break;
            case 'K':
                Array.Fill(_lines[_row], ' ', parameter is "2" or "1" ? 0 : _column, parameter is "2" ? width : width - _column);
                break;
            case 'h' or 'l' when parameter == "?25":
                CursorIsVisible = value == 'h';
                break;
            case 'm':
            case 'h' or 'l' when parameter == "?1":
                break;
            default:
                throw new NotSupportedException($"The test's terminal does not know \\e[{parameter}{value}.");
        }
    }
}
