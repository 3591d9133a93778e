using System.Runtime.InteropServices;

namespace Slipway.Training.Data;

/// <summary>How far a training is when a caption is used.</summary>
/// <param name="Epoch">Counted from 1; 0: before it.</param>
/// <param name="Step">Optimizer steps taken.</param>
/// <param name="Steps">Optimizer steps in all.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct CaptionMoment(int Epoch, int Step, int Steps);
