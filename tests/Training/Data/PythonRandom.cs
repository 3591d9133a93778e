using Slipway.Training.Randomness;

namespace Slipway.Training.Tests.Data;

/// <summary>
/// Python's <c>random</c>, the Mersenne Twister MT19937 (Matsumoto and Nishimura 1998), to replay what a Python program
/// drew: <c>random()</c> and what <c>choice</c> and <c>shuffle</c> draw.
/// </summary>
internal sealed class PythonRandom : RandomNumbers
{
    private const int Length = 624;
    private const int Middle = 397;

    private readonly uint[] _state = new uint[Length];
    private int _next = Length;

    /// <param name="seed">Of <c>random.seed</c>, below 2³².</param>
    public PythonRandom(uint seed)
    {
        Fill(19650218);
        var i = 1;
        for (var k = 0; k < Length; k++)
        {
            _state[i] = (_state[i] ^ (Mixed(i - 1) * 1664525)) + seed;
            i = Advance(i);
        }
        for (var k = 0; k < Length - 1; k++)
        {
            _state[i] = (_state[i] ^ (Mixed(i - 1) * 1566083941)) - (uint)i;
            i = Advance(i);
        }
        _state[0] = 0x80000000;
    }

    public override double NextDouble() => (((Draw() >> 5) * 67108864.0) + (Draw() >> 6)) / 9007199254740992.0;

    public override int Next(int exclusiveMax)
    {
        var bits = 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)exclusiveMax);
        uint value;
        do
            value = Draw() >> (32 - bits);
        while (value >= exclusiveMax);
        return (int)value;
    }

    private void Fill(uint seed)
    {
        _state[0] = seed;
        for (var i = 1; i < Length; i++)
            _state[i] = (1812433253 * (_state[i - 1] ^ (_state[i - 1] >> 30))) + (uint)i;
    }

    private uint Mixed(int i) => _state[i] ^ (_state[i] >> 30);

    private int Advance(int i)
    {
        if (i + 1 < Length)
            return i + 1;
        _state[0] = _state[Length - 1];
        return 1;
    }

    private uint Draw()
    {
        if (_next == Length)
            Twist();
        var y = _state[_next++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9D2C5680;
        y ^= (y << 15) & 0xEFC60000;
        return y ^ (y >> 18);
    }

    private void Twist()
    {
        for (var i = 0; i < Length; i++)
        {
            var y = (_state[i] & 0x80000000) | (_state[(i + 1) % Length] & 0x7FFFFFFF);
            _state[i] = _state[(i + Middle) % Length] ^ (y >> 1) ^ ((y & 1) == 0 ? 0 : 0x9908B0DF);
        }
        _next = 0;
    }
}
