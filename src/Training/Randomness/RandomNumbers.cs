namespace Slipway.Training.Randomness;

/// <summary>Where random choices come from: <see cref="SeedStream"/>, or numbers recorded elsewhere.</summary>
public abstract class RandomNumbers
{
    /// <summary>The next number, uniform in [0, 1).</summary>
    public abstract double NextDouble();

    /// <summary>Uniform in [0, <paramref name="exclusiveMax"/>).</summary>
    public abstract int Next(int exclusiveMax);

    /// <summary>Fisher and Yates's shuffle, in place, from the last place to the first.</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
