using Slipway.Engine.Options;

namespace Slipway.Training.Options;

/// <summary>An optimizer's constants that do not go with one another in every combination.</summary>
internal interface IConstants
{
    IEnumerable<OptionProblem> Problems();
}
