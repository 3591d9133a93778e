namespace Slipway.Pipeline.Graph;

/// <summary>The stages of the pipeline in their order; each needs the ones before it.</summary>
public enum PipelineStage
{
    /// <summary>Backgrounds from the base model.</summary>
    Backgrounds,

    /// <summary>The sprite on the backgrounds, and on one colour.</summary>
    Composites,

    /// <summary>Captions from the tagger.</summary>
    Tags,

    /// <summary>The LoRA versions.</summary>
    Training,

    /// <summary>Sample pictures, grids and figures.</summary>
    Evaluation,
}
