using System.Runtime.ExceptionServices;
using Slipway.Engine.Jobs;

namespace Slipway.Engine.Execution;

/// <summary>What went wrong in a pass; the same fault, met by several stages, is told once.</summary>
internal sealed class Failures
{
    private const int GeneralFault = unchecked((int)0x80131620); // COR_E_IO: an IOException that no error of the system stands behind
    private readonly List<(StageNode Stage, Exception Failure)> _all = [];

    /// <summary>A stage failed.</summary>
    public void Add(StageNode stage, Exception failure)
    {
        if (_all.TrueForAll(known => !IsSame(known.Failure, failure)))
            _all.Add((stage, failure));
    }

    /// <summary>Tells them in the order of their stages; does nothing where there are none.</summary>
    /// <exception cref="RunFailedException">There are several. A single one is thrown itself.</exception>
    public void Throw(StageOrder order)
    {
        var failures = _all.OrderBy(failure => order.PlaceOf(failure.Stage)).Select(failure => failure.Failure).ToList();
        if (failures is [var single])
            ExceptionDispatchInfo.Throw(single);
        if (failures.Count > 1)
            throw new RunFailedException(failures);
    }

    // A disk that takes no more is one fault, whichever of the files meets it.
    private static bool IsSame(Exception a, Exception b) => a.Message == b.Message
        || (a.GetType() == b.GetType() && a.HResult == b.HResult && (a.GetType() == typeof(IOException) || a is UnauthorizedAccessException) && a.HResult != GeneralFault);
}
