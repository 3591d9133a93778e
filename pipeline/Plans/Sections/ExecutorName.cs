namespace Slipway.Pipeline.Plans.Sections;

/// <summary>Who does the work.</summary>
public enum ExecutorName
{
    /// <summary>The process that was started.</summary>
    Local,

    /// <summary>A cluster's nodes, through Slurm.</summary>
    Slurm,
}
