namespace Slipway.Diffusion.Model;

/// <summary>What libtorch says when memory is out, on a card or beside it, in a line that helps.</summary>
public static class MemoryShortage
{
    /// <summary>As libtorch's allocators say it: the card's, the processor's, and cuBLAS's and cuDNN's own.</summary>
    private static readonly string[] Words = ["out of memory", "can't allocate memory", "not enough memory", "CUBLAS_STATUS_ALLOC_FAILED", "CUDNN_STATUS_ALLOC_FAILED"];

    /// <summary>Does work that may ask for more memory than there is.</summary>
    /// <param name="what">What is being done: "training".</param>
    /// <param name="advice">What the user can do about it, a sentence.</param>
    /// <param name="work">The work.</param>
    /// <exception cref="MemoryShortageException">Memory is out. The tensors of the work are the caller's to free.</exception>
    public static void Guard(string what, string advice, Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        try
        {
            work();
        }
        catch (Exception exception) when (IsShort(exception))
        {
            throw new MemoryShortageException($"Memory is out while {what}: {FirstLine(exception.Message)} {advice}", exception);
        }
    }

    private static bool IsShort(Exception exception) => Words.Any(word => exception.Message.Contains(word, StringComparison.OrdinalIgnoreCase));

    // Behind the first line libtorch writes advice about its own environment variables, or a stack trace in C++.
    private static string FirstLine(string message)
    {
        var line = message.Split('\n')[0].Trim();
        return line.EndsWith('.') ? line : line + ".";
    }
}

/// <summary>A device has no memory left for what was asked.</summary>
/// <param name="message">What was asked, and what to do.</param>
/// <param name="inner">As libtorch said it.</param>
public sealed class MemoryShortageException(string message, Exception inner) : Exception(message, inner);
