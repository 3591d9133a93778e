using System.Text.Json.Nodes;

namespace Slipway.Engine.Options;

/// <summary>How values of one kind are written, and which of them there are.</summary>
/// <typeparam name="TValue">What they are read as.</typeparam>
public abstract record Kind<TValue>
{
    /// <summary>What a value must be, in words: <c>a number from 0 to 1</c>.</summary>
    public abstract string Expected { get; }

    /// <summary>Whether an empty value is none, and not a slip.</summary>
    public virtual bool TakesNothing => false;

    /// <summary>Whether its text is to be put into quotes where numbers and texts are told apart.</summary>
    public virtual bool IsText => false;

    /// <summary>Reads a value.</summary>
    /// <param name="written">Not null, unless <see cref="TakesNothing"/>.</param>
    /// <param name="slips">Takes what is wrong.</param>
    /// <param name="value">The value; of no meaning where the result is false.</param>
    public abstract bool TryRead(IWritten written, ICollection<Slip> slips, out TValue value);

    /// <summary>The value as canonical text: numbers with the fewest digits that give them back.</summary>
    public abstract string Write(TValue value);

    /// <summary>Whether a value that was not read but computed is one.</summary>
    public virtual bool Allows(TValue value) => true;

    /// <summary>Whether two values are the same.</summary>
    public virtual bool AreEqual(TValue a, TValue b) => EqualityComparer<TValue>.Default.Equals(a, b);

    /// <summary>The kind as a JSON schema: each kind has keys of its own, which no record has.</summary>
    public abstract JsonObject Schema();

    /// <summary>Says that a value is of another kind.</summary>
    /// <param name="written">The value.</param>
    /// <param name="slips">Takes what is wrong.</param>
    /// <param name="advice">What to write instead, as the end of the sentence.</param>
    protected bool Refuse(IWritten written, ICollection<Slip> slips, string advice = "")
    {
        slips.Add(new Slip(written, $"must be {Expected}, but is {written.Kind}{advice}."));
        return false;
    }
}
