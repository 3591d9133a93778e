using Slipway.Pipeline.Datasets;
using Slipway.Pipeline.Plans.Datasets;

namespace Slipway.Pipeline.Commands.Exchange;

/// <summary>A dataset that is written out for another trainer.</summary>
/// <param name="Plan">Where its pictures come from.</param>
/// <param name="Subset">How they are used.</param>
/// <param name="Files">The pictures.</param>
internal sealed record ExportedDataset(DatasetPlan Plan, Subset Subset, SubsetFiles Files);
